import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { FrameSize } from '../../../contracts/media';
import { FRAME_MS } from '../../../contracts/vocabulary';
import type { ComputePool } from '../compute/pool';
import { BITEXACT, inputArgs, runFfmpeg } from '../ffmpeg';
import type { FfmpegOptions } from '../ffmpeg';
import { openPhoto } from '../image/decode';
import { concatList } from './concat-list';
import type { Cue } from './cues';
import type { OverlayJob } from './render-overlays';
import { drawRoughCard } from './rough-cut-card';
import type { SceneBounds } from './timeline';

/** Short side of a rough cut, pixels. */
const SHORT_SIDE = 270;
/** How much nearer the slow push has come at the end of a scene. */
const PUSH = 0.04;

export interface RoughScene {
  bounds: SceneBounds;
  /** The scene's still, as `scene_assets` left it. */
  preview: string;
  /** Film time. */
  cues: Cue[];
  /** Pictures shown instead of the still, in scene time; a cutaway that is a film itself has no still and is left out. */
  cutaways: { start_ms: number; end_ms: number; path: string }[];
}

export interface RoughCutRequest {
  scenes: RoughScene[];
  size: FrameSize;
  fps: number;
  audio: string;
  target: string;
}

export interface RoughCutTools extends FfmpegOptions {
  ffmpegPath: string;
  pool: ComputePool;
  onScene: (done: number) => void;
}

/**
 * A small film for a reviewer: each scene's still with a slow push, number and time, the words being said and the
 * cutaways, with the real voice track. Costs about 4 CPU-seconds for a minute.
 */
export async function makeRoughCut(request: RoughCutRequest, tools: RoughCutTools): Promise<void> {
  const size = shrink(request.size);
  const clips: { path: string; duration_ms: number }[] = [];
  for (const [at, scene] of request.scenes.entries()) {
    const clip = path.join(tools.dir, `rough-${at + 1}.mp4`);
    await renderScene(scene, { size, fps: request.fps, count: request.scenes.length, clip }, tools);
    clips.push({ path: clip, duration_ms: scene.bounds.end_ms - scene.bounds.start_ms });
    tools.onScene(at + 1);
  }
  const list = path.join(tools.dir, 'rough.ffconcat');
  await writeFile(list, concatList(clips));
  const output = ['-map', '0:v', '-map', '1:a', '-c:v', 'copy', '-c:a', 'aac', '-b:a', '96k', ...BITEXACT, '-movflags', '+faststart', '-f', 'mp4', '-y', request.target];
  await runFfmpeg(tools.ffmpegPath, ['-loglevel', 'warning', ...inputArgs(list, 'concat'), ...inputArgs(request.audio, 'wav'), ...output], tools);
}

/** Even sides, the short one 270. */
function shrink({ width, height }: FrameSize): FrameSize {
  const scale = SHORT_SIDE / Math.min(width, height);
  const even = (side: number) => Math.round((side * scale) / 2) * 2;
  return { width: even(width), height: even(height) };
}

interface SceneJob {
  size: FrameSize;
  fps: number;
  count: number;
  clip: string;
}

async function renderScene(scene: RoughScene, job: SceneJob, tools: RoughCutTools): Promise<void> {
  const still = path.join(tools.dir, `still-${scene.bounds.scene}.png`);
  await fitPicture(scene.preview, job.size, still);
  const overlays = await drawOverlays(scene, job, tools);
  const frames = Math.round(((scene.bounds.end_ms - scene.bounds.start_ms) * job.fps) / 1000);
  const filter = [
    `[0:v]loop=loop=${frames}:size=1,setpts=N/${job.fps}/TB,format=yuv420p,${pushIn(frames)}[still]`,
    '[still][1:v]overlay=eof_action=repeat,format=yuv420p[out]',
  ].join(';');
  const encode = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '26', '-g', '50', '-flags', '+cgop', '-frames:v', String(frames), '-r', String(job.fps)];
  const colour = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-video_track_timescale', '12800'];
  const inputs = [...inputArgs(still, 'png_pipe', ['-framerate', String(job.fps)]), ...inputArgs(overlays, 'concat')];
  await runFfmpeg(tools.ffmpegPath, ['-loglevel', 'warning', ...inputs, '-filter_complex', filter, '-map', '[out]', ...encode, ...colour, ...BITEXACT, '-f', 'mp4', '-y', job.clip], tools);
}

/** `perspective` moves by parts of a pixel; `zoompan` and `crop` would jump from pixel to pixel at this size. */
function pushIn(frames: number): string {
  const inset = (side: 'W' | 'H') => `${side}*${PUSH / 2}*on/${frames}`;
  const [x, y] = [inset('W'), inset('H')];
  return `perspective=x0='${x}':y0='${y}':x1='W-${x}':y1='${y}':x2='${x}':y2='H-${y}':x3='W-${x}':y3='H-${y}':eval=frame:interpolation=linear`;
}

/** Decodes with the limits for uploads: a preview may come from a provider. */
async function fitPicture(source: string, size: FrameSize, target: string): Promise<void> {
  const picture = await openPhoto(source);
  await sharp(picture.path, { failOn: 'error', pages: 1 }).autoOrient().resize({ ...size, fit: 'cover' }).flatten({ background: '#000' }).toColourspace('srgb').png({ compressionLevel: 1 }).toFile(target);
}

/** One picture for each stretch in which nothing changes, played by the concat demuxer. Returns the list's path. */
async function drawOverlays(scene: RoughScene, job: SceneJob, tools: RoughCutTools): Promise<string> {
  const { bounds } = scene;
  const length = bounds.end_ms - bounds.start_ms;
  const cues = scene.cues.map((cue) => ({ ...cue, start_ms: cue.start_ms - bounds.start_ms, end_ms: cue.end_ms - bounds.start_ms }));
  const borders = [...cues, ...scene.cutaways].flatMap((part) => [toFrame(part.start_ms), toFrame(part.end_ms)]);
  const cuts = [...new Set([0, ...borders.filter((at) => at > 0 && at < length)])].sort((a, b) => a - b);
  const label = { size: job.size, label: `Scene ${bounds.scene} of ${job.count}`, time: `${minutes(bounds.start_ms)} – ${minutes(bounds.end_ms)}` };
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
const isShown = (part: { start_ms: number; end_ms: number }, at: number): boolean => toFrame(part.start_ms) <= at && at < toFrame(part.end_ms);
const minutes = (time_ms: number): string => `${Math.floor(time_ms / 60_000)}:${String(Math.floor(time_ms / 1000) % 60).padStart(2, '0')}`;

async function putBehind(card: string, cutaway: string, size: FrameSize): Promise<void> {
  const picture = await openPhoto(cutaway);
  const base = sharp(picture.path, { failOn: 'error', pages: 1 }).autoOrient().resize({ ...size, fit: 'cover' }).ensureAlpha();
  const merged = await base.composite([{ input: card }]).png({ compressionLevel: 1 }).toBuffer();
  await writeFile(card, merged);
}
