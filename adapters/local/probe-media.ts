import { stat } from 'node:fs/promises';
import type { Input } from 'mediabunny' with { 'resolution-mode': 'import' };

/** What the headers of a media file say. Nothing is decoded. */
export interface MediaFacts {
  /** Content type without parameters, e.g. `video/mp4`. */
  container: string;
  bytes: number;
  duration_ms: number;
  video: {
    codec: string;
    width: number;
    height: number;
    fps: number;
    frames: number;
    duration_ms: number;
  } | null;
  audio: { codec: string; sample_rate: number; channels: number; duration_ms: number } | null;
}

/** The file is none of mp4, mov and wav, or its headers are broken. */
export class MediaUnreadable extends Error {
  readonly code = 'media_unreadable';
  constructor(options?: ErrorOptions) {
    super('The file is not a readable mp4, mov or wav.', options);
    this.name = 'MediaUnreadable';
  }
}

/**
 * Reads the headers of an mp4, mov or wav. Playlists are not among the formats: a playlist names other files.
 * @throws MediaUnreadable
 */
export async function probeMedia(file: string): Promise<MediaFacts> {
  return withInput(file, async (input) => {
    const video = await input.getPrimaryVideoTrack();
    const audio = await input.getPrimaryAudioTrack();
    const stats = video && (await video.computePacketStats());
    return {
      container: (await input.getMimeType()).split(';')[0] ?? '',
      bytes: (await stat(file)).size,
      duration_ms: toMs(await input.computeDuration()),
      video: video &&
        stats && {
          codec: (await video.getCodecParameterString()) ?? video.codec ?? 'unknown',
          width: video.displayWidth,
          height: video.displayHeight,
          fps: Math.round(stats.averagePacketRate * 1000) / 1000,
          frames: stats.packetCount,
          duration_ms: toMs(await video.computeDuration()),
        },
      audio: audio && {
        codec: (await audio.getCodecParameterString()) ?? audio.codec ?? 'unknown',
        sample_rate: audio.sampleRate,
        channels: audio.numberOfChannels,
        duration_ms: toMs(await audio.computeDuration()),
      },
    };
  });
}

/** Sizes in bytes of the video's coded pictures, in order of decoding. */
export async function readPictureSizes(file: string): Promise<number[]> {
  return withInput(file, async (input) => {
    const track = await input.getPrimaryVideoTrack();
    if (!track) return [];
    const { EncodedPacketSink } = await import('mediabunny');
    const sizes: number[] = [];
    for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, {
      metadataOnly: true,
    }))
      sizes.push(packet.byteLength);
    return sizes;
  });
}

async function withInput<Result>(file: string, read: (input: Input) => Promise<Result>): Promise<Result> {
  // Its types are an ES module's, its CommonJS build is found by name only at run time.
  const { FilePathSource, Input, MP4, QTFF, WAVE } = await import('mediabunny');
  const input = new Input({ source: new FilePathSource(file), formats: [MP4, QTFF, WAVE] });
  try {
    return await read(input);
  } catch (cause) {
    throw new MediaUnreadable({ cause });
  } finally {
    input.dispose();
  }
}

/** Milliseconds with two decimals: an AAC frame is 21.33 ms. */
function toMs(seconds: number): number {
  return Math.round(seconds * 100_000) / 100;
}
