import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

export const SAMPLE_RATE = 48_000;
/** 48 kHz, mono, 16 bit. */
export const BYTES_PER_MS = (SAMPLE_RATE / 1000) * 2;
const HEADER_BYTES = 44;
/** Chunks before the sound are small; a file that hides it further back is none that we wrote. */
const MAX_CHUNKS = 32;

/** The file is not the one kind of sound that scenes are made of. */
export class SpeechUnreadable extends Error {
  readonly code = 'speech_unreadable';
  constructor(detail: string) {
    super(`The speech of a scene must be WAV, 48 kHz, mono, 16 bit: ${detail}.`);
    this.name = 'SpeechUnreadable';
  }
}

/** Where the samples of a WAV file lie. */
export interface WavData {
  path: string;
  offset: number;
  bytes: number;
}

/** Finds the samples of a WAV file. @throws SpeechUnreadable for any other kind of file */
export async function findWavData(path: string): Promise<WavData> {
  const file = await open(path, 'r');
  try {
    const size = (await file.stat()).size;
    const riff = await readAt(file, 0, 12);
    if (riff.toString('latin1', 0, 4) !== 'RIFF' || riff.toString('latin1', 8, 12) !== 'WAVE')
      throw new SpeechUnreadable('no RIFF header');
    let known = false;
    let at = 12;
    for (let chunk = 0; chunk < MAX_CHUNKS && at + 8 <= size; chunk += 1) {
      const head = await readAt(file, at, 8);
      const name = head.toString('latin1', 0, 4);
      const bytes = head.readUInt32LE(4);
      if (name === 'fmt ') known = checkFormat(await readAt(file, at + 8, 16));
      if (name === 'data' && known)
        return { path, offset: at + 8, bytes: Math.min(bytes, size - at - 8) & ~1 };
      at += 8 + bytes + (bytes & 1);
    }
    throw new SpeechUnreadable('no samples');
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length) throw new SpeechUnreadable('cut off');
  return buffer;
}

function checkFormat(format: Buffer): true {
  const tag = format.readUInt16LE(0);
  const [channels, rate, bits] = [format.readUInt16LE(2), format.readUInt32LE(4), format.readUInt16LE(14)];
  if ((tag !== 1 && tag !== 0xfffe) || channels !== 1 || rate !== SAMPLE_RATE || bits !== 16) {
    throw new SpeechUnreadable(`${rate} Hz, ${channels} channels, ${bits} bit`);
  }
  return true;
}

/**
 * Writes sounds one after another, each cut or filled with silence to its duration, so that the whole is exactly as
 * long as the film. Streams: never more than a buffer in memory.
 */
export async function concatWavs(
  parts: { data: WavData; duration_ms: number }[],
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const total = parts.reduce((sum, part) => sum + part.duration_ms, 0) * BYTES_PER_MS;
  const file = await open(target, 'w');
  try {
    await file.write(wavHeader(total));
    for (const { data, duration_ms } of parts) {
      const wanted = duration_ms * BYTES_PER_MS;
      const copied = Math.min(data.bytes, wanted);
      if (copied > 0) {
        const source = createReadStream(data.path, {
          start: data.offset,
          end: data.offset + copied - 1,
          signal,
        });
        for await (const chunk of source) await file.write(chunk);
      }
      await writeSilence(file, wanted - copied);
    }
  } finally {
    await file.close();
  }
}

async function writeSilence(file: FileHandle, bytes: number): Promise<void> {
  const block = Buffer.alloc(Math.min(bytes, 65_536));
  for (let rest = bytes; rest > 0; rest -= block.length)
    await file.write(block, 0, Math.min(rest, block.length));
}

function wavHeader(dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
