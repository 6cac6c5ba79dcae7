import { readFile, writeFile } from 'node:fs/promises';

/** Mono sound: samples in -1..1. */
export interface Sound {
  rate: number;
  samples: Float32Array;
}

/** Reads 16 bit PCM WAV; several channels are averaged. Throws when the file is anything else. */
export async function readWav(path: string): Promise<Sound> {
  return decodeWav(await readFile(path));
}

/** See {@link readWav}. A data chunk that claims more bytes than there are (streamed files do) is cut. */
export function decodeWav(bytes: Buffer): Sound {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF') throw new Error('Not a WAV file.');
  let format: { channels: number; rate: number } | null = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const body = bytes.subarray(at + 8, at + 8 + size);
    if (id === 'fmt ') format = readFormat(body);
    if (id === 'data' && format !== null)
      return { rate: format.rate, samples: mixDown(body, format.channels) };
    at += 8 + size + (size % 2);
  }
  throw new Error('A WAV file without sound.');
}

/** Writes 16 bit mono PCM. Values beyond -1..1 are clipped. */
export async function writeWav(path: string, sound: Sound): Promise<void> {
  await writeFile(path, encodeWav(sound));
}

/** The bytes of a 16 bit mono PCM file with a plain 44-byte header. */
export function encodeWav({ rate, samples }: Sound): Buffer {
  const bytes = Buffer.alloc(44 + samples.length * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + samples.length * 2, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples.length * 2, 40);
  for (let at = 0; at < samples.length; at++) {
    bytes.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(samples[at]! * 32768))), 44 + at * 2);
  }
  return bytes;
}

function readFormat(body: Buffer): { channels: number; rate: number } {
  const [kind, bits] = [body.readUInt16LE(0), body.readUInt16LE(14)];
  if ((kind !== 1 && kind !== 0xfffe) || bits !== 16) throw new Error('A WAV file that is not 16 bit PCM.');
  return { channels: body.readUInt16LE(2), rate: body.readUInt32LE(4) };
}

function mixDown(body: Buffer, channels: number): Float32Array {
  const samples = new Float32Array(Math.floor(body.length / 2 / channels));
  for (let at = 0; at < samples.length; at++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++)
      sum += body.readInt16LE((at * channels + channel) * 2);
    samples[at] = sum / channels / 32768;
  }
  return samples;
}
