import { BITEXACT, inputArgs, runFfmpeg, type FfmpegOptions } from '../ffmpeg';
import { appendSyntheticMark, SYNTHETIC_COMMENT } from './synthetic-mark';
import { SAMPLE_RATE } from './wav';

/** A sound that stops within a breath would click. */
const FADE_MS = 120;
const AAC = '-c:a aac -aac_coder fast -b:a 160k'.split(' ');
const MP4 = '-movflags +faststart -f mp4 -y'.split(' ');

export interface MuxRequest {
  /** The cut's picture, or the film itself where nothing of it changed. */
  picture: string;
  film: string;
  /** The film's voice track before it was encoded, from which a shorter cut is encoded once. Null: the film's sound is copied. */
  voice: { file: string; duration_ms: number } | null;
  title: string;
  target: string;
}

/** Puts picture and sound together and marks the file as synthetic; the picture is never encoded here. */
export async function muxCut(ffmpegPath: string, request: MuxRequest, options: FfmpegOptions): Promise<void> {
  const { picture, film, voice, title, target } = request;
  const sound = voice ? [...inputArgs(voice.file, 'wav')] : [...inputArgs(film, 'mov')];
  const encode = voice ? ['-af', fadeOut(voice.duration_ms), ...AAC] : ['-c:a', 'copy'];
  const metadata = ['-metadata', `title=${title}`, '-metadata', `comment=${SYNTHETIC_COMMENT}`];
  const streams = ['-map', '0:v:0', '-map', '1:a:0', '-c:v', 'copy', ...encode];
  await runFfmpeg(ffmpegPath, [...inputArgs(picture, 'mov'), ...sound, ...streams, ...BITEXACT, ...metadata, ...MP4, target], options);
  await appendSyntheticMark(target, title);
}

function fadeOut(duration_ms: number): string {
  const start = Math.max(0, duration_ms - FADE_MS) / 1000;
  return `atrim=end_sample=${(duration_ms * SAMPLE_RATE) / 1000},afade=t=out:st=${start.toFixed(3)}:d=${FADE_MS / 1000}`;
}
