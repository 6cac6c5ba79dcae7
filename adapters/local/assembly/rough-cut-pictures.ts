import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { FrameSize } from '../../../contracts/media';
import { FRAME_MS } from '../../../contracts/vocabulary';
import { drawableLines } from '../drawable-text';
import { readCaptionFont } from '../font-table';
import { openPhoto } from '../image/decode';
import type { OverlayJob } from './render-overlays';
import type { RoughCutTools, RoughScene } from './rough-cut';
import { drawRoughCard } from './rough-cut-card';

export interface ShownPicture {
  path: string;
  duration_ms: number;
}

/** A scene as finished pictures, one for each stretch in which nothing changes: its still or a cutaway, with the card on top. */
export async function drawPictures(
  scene: RoughScene,
  job: { size: FrameSize; count: number },
  tools: RoughCutTools,
): Promise<ShownPicture[]> {
  const cards = planCards(scene, job, tools.dir);
  const jobs: OverlayJob[] = cards.map(({ svg, path: target }) => ({ svg, path: target }));
  await tools.pool.run('assembly.render_overlays', jobs, { signal: tools.signal });
  const grounds = new Map<string, Promise<Buffer>>();
  for (const card of cards) {
    const source = card.cutaway ?? scene.preview;
    const ground = grounds.get(source) ?? fitPicture(source, job.size);
    grounds.set(source, ground);
    await putOnTop(card.path, await ground, job.size);
  }
  return cards;
}

function planCards(scene: RoughScene, job: { size: FrameSize; count: number }, dir: string) {
  const { bounds } = scene;
  const length = bounds.end_ms - bounds.start_ms;
  const cues = scene.cues.map((cue) => ({
    ...cue,
    start_ms: cue.start_ms - bounds.start_ms,
    end_ms: cue.end_ms - bounds.start_ms,
  }));
  const borders = [...cues, ...scene.cutaways].flatMap((part) => [
    toFrame(part.start_ms),
    toFrame(part.end_ms),
  ]);
  const cuts = [...new Set([0, ...borders.filter((at) => at > 0 && at < length)])].sort((a, b) => a - b);
  const font = readCaptionFont();
  const label = {
    font,
    size: job.size,
    label: `Scene ${bounds.scene} of ${job.count}`,
    time: `${minutes(bounds.start_ms)} – ${minutes(bounds.end_ms)}`,
  };
  return cuts.map((at, index) => ({
    path: path.join(dir, `card-${bounds.scene}-${index}.png`),
    duration_ms: (cuts[index + 1] ?? length) - at,
    svg: drawRoughCard({ ...label, lines: drawableLines(cues.find((cue) => isShown(cue, at))?.lines ?? [], font) }),
    cutaway: scene.cutaways.find((cutaway) => isShown(cutaway, at))?.path ?? null,
  }));
}

const toFrame = (time_ms: number): number => Math.round(time_ms / FRAME_MS) * FRAME_MS;
const isShown = (part: { start_ms: number; end_ms: number }, at: number): boolean =>
  toFrame(part.start_ms) <= at && at < toFrame(part.end_ms);
const minutes = (time_ms: number): string =>
  `${Math.floor(time_ms / 60_000)}:${String(Math.floor(time_ms / 1000) % 60).padStart(2, '0')}`;

/** Decodes with the limits for uploads: a preview may come from a provider. Raw RGB at the rough cut's size. */
async function fitPicture(source: string, size: FrameSize): Promise<Buffer> {
  const picture = await openPhoto(source);
  return sharp(picture.path, { failOn: 'error', pages: 1 })
    .autoOrient()
    .resize({ ...size, fit: 'cover' })
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
}

async function putOnTop(card: string, ground: Buffer, size: FrameSize): Promise<void> {
  const merged = await sharp(ground, { raw: { ...size, channels: 3 } })
    .composite([{ input: card }])
    .png({ compressionLevel: 1 })
    .toBuffer();
  await writeFile(card, merged);
}
