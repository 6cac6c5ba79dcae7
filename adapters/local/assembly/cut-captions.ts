import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FrameSize } from '../../../contracts/media';
import { FRAME_MS } from '../../../contracts/vocabulary';
import type { ComputePool } from '../compute/pool';
import { readCaptionFont } from '../font-table';
import { captionMarkup, type CaptionMarkup } from '../render/overlay';
import { concatList } from './concat-list';
import type { Cue } from './cues';

/** Captions up to a cut's end; one that would only flash up is left out. */
const SHORTEST_MS = 200;

export function cuesUntil(cues: Cue[], end_ms: number): Cue[] {
  return cues
    .filter((cue) => end_ms - cue.start_ms >= SHORTEST_MS)
    .map((cue) => ({ ...cue, end_ms: Math.min(cue.end_ms, end_ms) }));
}

/** Pictures of captions as ffmpeg plays them, and the row of the frame at which they lie. */
export interface CaptionStrip {
  list: string;
  top: number;
}

interface StripRequest {
  cues: Cue[];
  size: FrameSize;
  duration_ms: number;
  /** Begins the names of its files in `dir`. */
  name: string;
  dir: string;
}

/** One picture for each stretch in which the words stay, all of one size: only as high as captions get. */
export async function drawCaptionStrip(request: StripRequest, tools: { pool: ComputePool; signal: AbortSignal }): Promise<CaptionStrip | null> {
  const { cues, size, duration_ms, name, dir } = request;
  if (cues.length === 0) return null;
  const font = readCaptionFont();
  const drawn = cues.map((cue) => ({ from: toFrame(cue.start_ms), to: toFrame(cue.end_ms), markup: captionMarkup(cue.lines.join('\n'), size, font) }));
  const top = Math.floor(Math.min(...drawn.map(({ markup }) => markup.top)) / 2) * 2;
  const bottom = Math.max(...drawn.map(({ markup }) => markup.top + markup.height));
  const height = Math.ceil((bottom - top) / 2) * 2;
  const borders = drawn.flatMap(({ from, to }) => [from, to]).filter((at) => at > 0 && at < duration_ms);
  const starts = [...new Set([0, ...borders])].sort((a, b) => a - b);
  const cards = starts.map((at, index) => ({
    path: path.join(dir, `${name}-caption-${index}.png`),
    duration_ms: (starts[index + 1] ?? duration_ms) - at,
    svg: drawCard(drawn.find(({ from, to }) => from <= at && at < to)?.markup ?? null, { width: size.width, height, top }),
  }));
  await tools.pool.run('assembly.render_overlays', cards.map(({ svg, path: target }) => ({ svg, path: target })), { signal: tools.signal });
  const list = path.join(dir, `${name}-captions.ffconcat`);
  await writeFile(list, concatList(cards));
  return { list, top };
}

function drawCard(markup: CaptionMarkup | null, strip: FrameSize & { top: number }): string {
  const content = markup ? `<g transform="translate(0 ${markup.top - strip.top})">${markup.content}</g>` : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${strip.width}" height="${strip.height}">${content}</svg>`;
}

function toFrame(time_ms: number): number {
  return Math.round(time_ms / FRAME_MS) * FRAME_MS;
}
