import { spawn } from 'node:child_process';
import { FfmpegError, inputArgs } from './ffmpeg';

export interface DecodeOptions {
  ffmpegPath: string;
  /** An mp4 or mov on this machine. */
  video: string;
  /** Filters that end in frames of a known size and format. */
  filter: string;
  /** Bytes of one such frame. */
  bytes: number;
  /** Options of the input, for instance `-ss`. */
  input?: readonly string[];
}

/**
 * Decodes a film frame by frame. The decoder waits while a frame is looked at, so memory holds one frame however long the
 * film is; the array is the same each time. Ending the loop ends ffmpeg.
 * @throws FfmpegError
 */
export async function* decodeFrames(options: DecodeOptions): AsyncGenerator<Uint8Array, void> {
  const input = inputArgs(options.video, 'mov', ['-threads', '1', ...(options.input ?? [])]);
  const output = ['-map', '0:v:0', '-fps_mode', 'passthrough', '-vf', options.filter, '-f', 'rawvideo', 'pipe:1'];
  const child = spawn(options.ffmpegPath, ['-nostdin', '-hide_banner', '-v', 'error', ...input, ...output], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', () => reject(new FfmpegError('ffmpeg_missing', null, [])));
    child.once('close', resolve);
  });
  ended.catch(() => undefined);
  try {
    yield* cutFrames(child.stdout, options.bytes);
    const exit = await ended;
    if (exit !== 0) throw new FfmpegError('ffmpeg_failed', exit, ['the film cannot be decoded']);
  } finally {
    child.kill('SIGKILL');
  }
}

/** Cuts a stream into pieces of equal length; the pipe waits while a piece is in use. */
export async function* cutFrames(stream: NodeJS.ReadableStream, bytes: number): AsyncGenerator<Uint8Array, void> {
  const frame = new Uint8Array(bytes);
  let filled = 0;
  for await (const chunk of stream) {
    let rest = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    while (rest.length > 0) {
      const part = rest.subarray(0, bytes - filled);
      frame.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
      if (filled < bytes) continue;
      yield frame;
      filled = 0;
    }
  }
}

/** Filter that lets only the frames of these numbers through, of which there is at least one. */
export function pickFrames(numbers: readonly number[]): string {
  return `select='${isOneOf(numbers)}'`;
}

/** As a balanced tree: ffmpeg refuses an expression that is nested deeper than a hundred, and a plain sum nests at each term. */
function isOneOf(numbers: readonly number[]): string {
  if (numbers.length <= 1) return `eq(n\\,${numbers[0] ?? -1})`;
  const middle = Math.ceil(numbers.length / 2);
  return `(${isOneOf(numbers.slice(0, middle))}+${isOneOf(numbers.slice(middle))})`;
}
