import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FrameSize } from '../../../contracts/media';
import type { ComputePool } from '../compute/pool';
import { BITEXACT, inputArgs, runFfmpeg } from '../ffmpeg';
import type { FfmpegOptions } from '../ffmpeg';
import { concatList } from './concat-list';
import type { Cue } from './cues';
import { drawPictures, type ShownPicture } from './rough-cut-pictures';
import { shrinkFrame } from './shrink-frame';
import type { SceneBounds } from './timeline';

/** Short side of a rough cut, pixels. */
const SHORT_SIDE = 270;
const BT709 = '-colorspace bt709 -color_primaries bt709 -color_trc bt709';
const PICTURE =
  `-map 0:v -c:v libx264 -preset ultrafast -crf 26 -g 250 ${BT709} -video_track_timescale 12800`.split(
    ' ',
  );
const SOUND = '-map 1:a -c:a aac -aac_coder fast -b:a 96k'.split(' ');
const MP4 = '-movflags +faststart -f mp4 -y'.split(' ');
/** RGB to the matrix that the stream is marked with; without it ffmpeg takes the older one and colours shift. */
const TO_YUV = 'scale=out_color_matrix=bt709:out_range=tv,format=yuv420p';

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
 * A small film for a reviewer: each scene's still, number and time, the words being said and the cutaways, with the real
 * voice track. Nothing moves but the captions: a slow push would cost four times as much, at every change of a scene.
 */
export async function makeRoughCut(request: RoughCutRequest, tools: RoughCutTools): Promise<void> {
  const size = shrinkFrame(request.size, SHORT_SIDE);
  const pictures: ShownPicture[] = [];
  for (const [at, scene] of request.scenes.entries()) {
    pictures.push(...(await drawPictures(scene, { size, count: request.scenes.length }, tools)));
    tools.onScene(at + 1);
  }
  const list = path.join(tools.dir, 'rough.ffconcat');
  await writeFile(list, concatList(pictures));
  const frames = Math.round((pictures.reduce((sum, { duration_ms }) => sum + duration_ms, 0) * request.fps) / 1000);
  await runFfmpeg(
    tools.ffmpegPath,
    [
      ...inputArgs(list, 'concat'),
      ...inputArgs(request.audio, 'wav'),
      ...`-vf ${TO_YUV},fps=${request.fps},tpad=stop=-1:stop_mode=clone -frames:v ${frames}`.split(' '),
      ...PICTURE,
      ...SOUND,
      ...BITEXACT,
      ...MP4,
      request.target,
    ],
    tools,
  );
}
