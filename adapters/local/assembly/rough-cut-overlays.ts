import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { FrameSize } from '../../../contracts/media';
import { FRAME_MS } from '../../../contracts/vocabulary';
import { openPhoto } from '../image/decode';
import { concatList } from './concat-list';
import type { OverlayJob } from './render-overlays';
import type { RoughCutTools, RoughScene } from './rough-cut';
import { drawRoughCard } from './rough-cut-card';

/**
 * One picture for each stretch in which nothing changes, played by the concat demuxer.
 * Returns the list's path.
 */
export async function drawOverlays(
  scene: RoughScene,
  job: { size: FrameSize; count: number },
  tools: RoughCutTools,
): Promise<string> {
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
  const label = {
    size: job.size,
    label: `Scene ${bounds.scene} of ${job.count}`,
    time: `${minutes(bounds.start_ms)} – ${minutes(bounds.end_ms)}`,
  };
  const cards = cuts.map((at, index) => ({
    path: path.join(tools.dir, `card-${bounds.scene}-${index}.png`),
    duration_ms: (cuts[index + 1] ?? length) - at,
    svg: drawRoughCard({ ...label, lines: cues.find((cue) => isShown(cue, at))?.lines ?? [] }),
    cutaway: scene.cutaways.find((cutaway) => isShown(cutaway, at))?.path ?? null,
  }));
  const jobs: OverlayJob[] = cards.map(({ svg, path: target }) => ({ svg, path: target }));
  await tools.pool.run('assembly.render_overlays', jobs, { signal: tools.signal });
  for (const card of cards) if (card.cutaway) await putBehind(card.path, card.cutaway, job.size);
  const list = path.join(tools.dir, `cards-${bounds.scene}.ffconcat`);
  await writeFile(list, concatList(cards));
  return list;
}

const toFrame = (time_ms: number): number => Math.round(time_ms / FRAME_MS) * FRAME_MS;
const isShown = (part: { start_ms: number; end_ms: number }, at: number): boolean =>
  toFrame(part.start_ms) <= at && at < toFrame(part.end_ms);
const minutes = (time_ms: number): string =>
  `${Math.floor(time_ms / 60_000)}:${String(Math.floor(time_ms / 1000) % 60).padStart(2, '0')}`;

async function putBehind(card: string, cutaway: string, size: FrameSize): Promise<void> {
  const picture = await openPhoto(cutaway);
  const base = sharp(picture.path, { failOn: 'error', pages: 1 })
    .autoOrient()
    .resize({ ...size, fit: 'cover' })
    .ensureAlpha();
  const merged = await base
    .composite([{ input: card }])
    .png({ compressionLevel: 1 })
    .toBuffer();
  await writeFile(card, merged);
}
