import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { FrameSize } from '../../../contracts/media';
import type { ComputePool } from '../compute/pool';
import { BITEXACT, inputArgs, runFfmpeg } from '../ffmpeg';
import type { FfmpegOptions } from '../ffmpeg';
import { openPhoto } from '../image/decode';
import { concatList } from './concat-list';
import type { Cue } from './cues';
import { drawOverlays } from './rough-cut-overlays';
import type { SceneBounds } from './timeline';

/** Short side of a rough cut, pixels. */
const SHORT_SIDE = 270;
const BT709 = '-colorspace bt709 -color_primaries bt709 -color_trc bt709';
const PICTURE =
  `-map [out] -c:v libx264 -preset veryfast -crf 26 -g 50 -flags +cgop ${BT709} -video_track_timescale 12800`.split(
    ' ',
  );
const SOUND = '-map 0:v -map 1:a -c:v copy -c:a aac -aac_coder fast -b:a 96k'.split(' ');
const MP4 = '-movflags +faststart -f mp4 -y'.split(' ');
/** RGB to the matrix that the stream is marked with; without it ffmpeg takes the older one and colours shift. */
const TO_YUV = 'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p';
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
  await runFfmpeg(
    tools.ffmpegPath,
    [
      ...inputArgs(list, 'concat'),
      ...inputArgs(request.audio, 'wav'),
      ...SOUND,
      ...BITEXACT,
      ...MP4,
      request.target,
    ],
    tools,
  );
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
    `[0:v]loop=loop=${frames}:size=1,setpts=N/${job.fps}/TB,${TO_YUV},${pushIn(frames)}[still]`,
    '[1:v]scale=out_color_matrix=bt709:out_range=tv,format=yuva420p[card]',
    '[still][card]overlay=eof_action=repeat,format=yuv420p[out]',
  ].join(';');
  const inputs = [
    ...inputArgs(still, 'png_pipe', ['-framerate', String(job.fps)]),
    ...inputArgs(overlays, 'concat'),
  ];
  const length = ['-frames:v', String(frames), '-r', String(job.fps)];
  await runFfmpeg(
    tools.ffmpegPath,
    [...inputs, '-filter_complex', filter, ...PICTURE, ...length, ...BITEXACT, ...MP4, job.clip],
    tools,
  );
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
  await sharp(picture.path, { failOn: 'error', pages: 1 })
    .autoOrient()
    .resize({ ...size, fit: 'cover' })
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .png({ compressionLevel: 1 })
    .toFile(target);
}
