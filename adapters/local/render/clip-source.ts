import { spawn } from 'node:child_process';
import { cutFrames } from '../decode-frames';
import { FfmpegError, inputArgs } from '../ffmpeg';
import type { Painter } from './compositor';
import type { FilmFormat } from './encoder';
import type { Rasteriser } from './rasteriser';

/** A clip that is decoded while it is painted. */
export interface ClipSource {
  paint: Painter;
  kill(): void;
}

/**
 * Reads a provider's clip in order, cropped to the film's frame and rate. A clip that is too short holds its last frame.
 * Frames have to be asked for one after another.
 */
export function openClip(
  ffmpegPath: string,
  clip: string,
  { format, raster }: { format: FilmFormat; raster: Rasteriser },
): ClipSource {
  const { width, height } = format.size;
  const fit = `fps=${format.fps},scale=${width}:${height}:force_original_aspect_ratio=increase:flags=bicubic,crop=${width}:${height},setsar=1`;
  const colour = ':out_color_matrix=bt709:out_range=tv';
  const args = [
    '-nostdin',
    '-hide_banner',
    '-v',
    'error',
    ...inputArgs(clip, 'mov'),
    '-map',
    '0:v:0',
    '-vf',
    `${fit},scale=iw:ih${colour},format=yuv420p`,
    '-f',
    'rawvideo',
    'pipe:1',
  ];
  const child = spawn(ffmpegPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const failed = new Promise<never>((_, reject) =>
    child.once('error', () => reject(new FfmpegError('ffmpeg_missing', null, []))),
  );
  failed.catch(() => undefined);
  const frames = cutFrames(child.stdout, (width * height * 3) / 2);
  let position = 0;
  let shown: Uint8Array | null = null;
  return {
    async paint(target, index) {
      // A cutaway may have hidden some frames; they are passed over here, or the clip would fall behind its sound.
      for (; position <= index; position++)
        shown = (await Promise.race([frames.next(), failed])).value ?? shown;
      if (shown === null) throw new FfmpegError('ffmpeg_failed', child.exitCode, ['the clip has no picture']);
      raster.bytes(target).set(shown);
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
