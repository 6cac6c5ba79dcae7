import { spawn } from 'node:child_process';
import path from 'node:path';

/** Why a run of ffmpeg gave no result. */
export type FfmpegFault = 'ffmpeg_failed' | 'ffmpeg_timeout' | 'ffmpeg_missing';

/** `tail` holds the last messages with paths, quoted text and unprintable bytes taken out, so that no input leaks into logs. */
export class FfmpegError extends Error {
  constructor(
    readonly code: FfmpegFault,
    readonly exit: number | null,
    readonly tail: string[],
  ) {
    super(`${code}${exit === null ? '' : ` (exit ${exit})`}: ${tail.join(' | ') || 'no message'}`);
    this.name = 'FfmpegError';
  }
}

export interface FfmpegOptions {
  signal: AbortSignal;
  timeout_ms: number;
  /** Working folder of the child. */
  dir: string;
  /** Every line that ffmpeg writes to its log. */
  onStderrLine?: (line: string) => void;
  /** Receives standard output when the arguments end in `pipe:1`. */
  onStdout?: (chunk: Buffer) => void;
}

const TAIL_LINES = 6;
const KEPT_LENGTH = 160;

/**
 * Runs ffmpeg as a child and resolves when it exits with 0.
 * @throws FfmpegError for an exit code, a time-out or a missing program; the signal's reason when it was aborted.
 */
export async function runFfmpeg(
  ffmpegPath: string,
  args: readonly string[],
  options: FfmpegOptions,
): Promise<void> {
  options.signal.throwIfAborted();
  const child = spawn(ffmpegPath, ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'warning', ...args], {
    cwd: options.dir,
    stdio: ['ignore', options.onStdout ? 'pipe' : 'ignore', 'pipe'],
  });
  const tail: string[] = [];
  let timedOut = false;
  const kill = () => child.kill('SIGKILL');
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, options.timeout_ms);
  options.signal.addEventListener('abort', kill, { once: true });
  if (options.onStdout) child.stdout?.on('data', options.onStdout);
  readLines(child.stderr, (line) => {
    options.onStderrLine?.(line);
    keepLine(tail, line);
  });
  try {
    const exit = await new Promise<number | null>((resolve, reject) => {
      child.once('error', () => reject(new FfmpegError('ffmpeg_missing', null, [])));
      child.once('close', resolve);
    });
    options.signal.throwIfAborted();
    if (timedOut) throw new FfmpegError('ffmpeg_timeout', null, tail);
    if (exit !== 0) throw new FfmpegError('ffmpeg_failed', exit, tail);
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', kill);
  }
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (chunk: string) => {
    const lines = (rest + chunk).split(/[\r\n]+/);
    // A log line without an end must not grow without bound.
    rest = (lines.pop() ?? '').slice(-4096);
    for (const line of lines) if (line) onLine(line);
  });
  stream?.on('end', () => {
    if (rest) onLine(rest);
  });
}

/** Demuxers quote what they did not understand, and metadata is the uploader's text: both are file contents. */
function keepLine(tail: string[], line: string): void {
  if (/^\s{4,}\S+\s*:/.test(line)) return;
  const clean = line
    .replace(/'[^']*'|"[^"]*"/g, '…')
    .replace(/(start code|keyword|Line \d+:|marker|tag) .*/i, '$1 …')
    .replace(/(file:)?(\/[^\s:'"]+)+/g, (found) => path.basename(found))
    .replace(/[^\x20-\x7e…]/g, '');
  tail.push(clean.slice(0, KEPT_LENGTH));
  if (tail.length > TAIL_LINES) tail.shift();
}

/** Demuxers that inputs may name. Never guessed: a text playlist with another name would be opened and read other files. */
export type InputFormat =
  'wav' | 'mov' | 'mp3' | 'ogg' | 'flac' | 'matroska' | 'png_pipe' | 'rawvideo' | 's16le' | 'concat';

/**
 * Arguments for one input: a stated demuxer and local files only.
 * `concat` may open nothing but mp4 and PNG files inside.
 */
export function inputArgs(file: string, format: InputFormat, options: readonly string[] = []): string[] {
  const whitelist = format === 'concat' ? ['-format_whitelist', 'concat,mov,png_pipe', '-safe', '0'] : [];
  return ['-protocol_whitelist', 'file,pipe', ...whitelist, '-f', format, ...options, '-i', `file:${file}`];
}

/** Output flags that leave out dates, versions and random ids, so that the same input gives the same bytes. */
export const BITEXACT: readonly string[] = [
  '-fflags',
  '+bitexact',
  '-flags:v',
  '+bitexact',
  '-flags:a',
  '+bitexact',
  '-map_metadata',
  '-1',
];

/** Loudness of a sound after ITU-R BS.1770-4 / EBU R 128. */
export interface Loudness {
  /** LUFS; -70 when there is nothing but silence. */
  integrated_lufs: number;
  /** dBTP; -120 for digital silence. */
  true_peak_db: number;
  /** Momentary loudness (400 ms window): `end_ms` is the end of the window. */
  momentary: { end_ms: number; lufs: number }[];
}

/** Measures a WAV file, or the sound of an mp4. Costs about half a CPU-second for a minute. */
export async function measureLoudness(
  ffmpegPath: string,
  file: string,
  options: FfmpegOptions & { format?: 'wav' | 'mov' },
): Promise<Loudness> {
  const momentary: Loudness['momentary'] = [];
  let integrated = -70;
  let peak = -120;
  const onStderrLine = (line: string) => {
    const frame = /t:\s*([\d.]+)\s.*\bM:\s*(-?[\d.]+|-inf|nan)/.exec(line);
    if (frame) momentary.push({ end_ms: Math.round(Number(frame[1]) * 1000), lufs: finite(frame[2], -120) });
    const summary = /^\s+(I|Peak):\s+(-?[\d.]+|-inf|nan)\s/.exec(line);
    if (summary?.[1] === 'I') integrated = finite(summary[2], -70);
    if (summary?.[1] === 'Peak') peak = finite(summary[2], -120);
  };
  const measure = '-loglevel info -map 0:a:0 -af ebur128=peak=true:framelog=info -f null -'.split(' ');
  const args = [...inputArgs(file, options.format ?? 'wav'), ...measure];
  await runFfmpeg(ffmpegPath, args, { ...options, onStderrLine });
  return { integrated_lufs: integrated, true_peak_db: peak, momentary };
}

function finite(text: string | undefined, otherwise: number): number {
  const value = Number(text);
  return Number.isFinite(value) ? value : otherwise;
}
