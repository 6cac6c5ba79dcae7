import path from 'node:path';
import { FfmpegError, inputArgs, runFfmpeg } from '../ffmpeg';
import { sniffSound } from './sniff-sound';

export interface DecodeOptions {
  signal: AbortSignal;
  dir: string;
  /** Sound beyond this is not read. */
  longest_ms: number;
  /** Sample rate of a file that is nothing but samples (16 bit little-endian, mono); null for one that says what it is. */
  pcm_hz?: number | null;
}

const TIMEOUT_MS = 60_000;

/**
 * Decodes the sound of a file to a mono 16 bit WAV at its own rate in `dir`, and returns its path; null when the file is not
 * sound that can be read. Formats are told by content, only local files are opened, and time and length are limited.
 */
export async function decodeSound(
  ffmpegPath: string,
  file: string,
  options: DecodeOptions,
): Promise<string | null> {
  const format = options.pcm_hz ? 's16le' : await sniffSound(file);
  if (format === null) return null;
  const wav = path.join(options.dir, 'decoded.wav');
  const seconds = String(options.longest_ms / 1000);
  const samples = options.pcm_hz ? ['-ar', String(options.pcm_hz), '-ch_layout', 'mono'] : [];
  const input = inputArgs(file, format, [...samples, '-t', seconds]);
  const output = [
    '-map',
    '0:a:0',
    '-vn',
    '-sn',
    '-dn',
    '-t',
    seconds,
    '-ac',
    '1',
    '-c:a',
    'pcm_s16le',
    '-f',
    'wav',
    '-y',
    wav,
  ];
  try {
    await runFfmpeg(ffmpegPath, ['-v', 'error', ...input, ...output], { ...options, timeout_ms: TIMEOUT_MS });
    return wav;
  } catch (error) {
    if (error instanceof FfmpegError && error.code === 'ffmpeg_failed') return null;
    throw error;
  }
}
