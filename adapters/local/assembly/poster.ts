import path from 'node:path';
import sharp from 'sharp';
import type { Timeline } from '../../../contracts/media';
import type { FaceTrack } from '../../capabilities/lip-sync';
import { inputArgs, runFfmpeg } from '../ffmpeg';
import type { FfmpegOptions } from '../ffmpeg';

/** A frame of a scene, counted from the scene's start. */
export interface PosterFrame {
  /** Position of the scene in the film, from 0. */
  at: number;
  frame: number;
}

/** Frames at a scene's ends are left out: the head is just arriving. */
const EDGE_SHARE = 0.1;

/**
 * The calmest frame of the film: eyes open, mouth nearly shut with a hint of a smile, looking ahead. Earlier scenes and
 * scenes without a cutaway are preferred. Without tracks it is the middle of the first scene.
 */
export function choosePoster(tracks: (FaceTrack | null)[], timeline: Timeline): PosterFrame {
  let best: PosterFrame = { at: 0, frame: Math.floor(sceneFrames(timeline, 0) / 2) };
  let bestCost = Infinity;
  tracks.forEach((track, at) => {
    if (!track) return;
    const edge = Math.floor(track.frames * EDGE_SHARE);
    const covered = timeline.scenes[at]?.visual.b_roll ? 5 : 0;
    for (let frame = edge; frame < track.frames - edge; frame += 1) {
      const cost = frameCost(track, frame) + covered + at * 0.15;
      if (cost < bestCost) [best, bestCost] = [{ at, frame }, cost];
    }
  });
  return best;
}

function sceneFrames(timeline: Timeline, at: number): number {
  const scene = timeline.scenes[at];
  return scene ? ((scene.end_ms - scene.start_ms) * timeline.fps) / 1000 : 0;
}

function frameCost(track: FaceTrack, frame: number): number {
  const value = (channel: keyof FaceTrack['channels']) => track.channels[channel]?.[frame] ?? 0;
  const turned = Math.abs(value('yaw')) + Math.abs(value('pitch')) + Math.abs(value('roll'));
  const looking = Math.abs(value('gaze_x')) + Math.abs(value('gaze_y'));
  return (
    4 * value('blink') +
    2 * value('jaw') +
    1.5 * value('pucker') +
    0.8 * turned +
    0.8 * looking -
    0.5 * Math.min(value('smile'), 0.4)
  );
}

export interface PosterRequest {
  video: string;
  frame: number;
  fps: number;
  target: string;
}

/** One frame of a scene's video as JPEG (quality 88, progressive, no metadata). */
export async function extractPoster(
  ffmpegPath: string,
  request: PosterRequest,
  options: FfmpegOptions,
): Promise<void> {
  const png = path.join(options.dir, 'poster.png');
  // Half a frame early: seeking goes to the first picture at or after the time.
  const seek = Math.max(0, (request.frame - 0.5) / request.fps).toFixed(4);
  const output = '-map 0:v:0 -frames:v 1 -f image2 -update 1 -y'.split(' ');
  const args = [...inputArgs(request.video, 'mov', ['-ss', seek]), ...output, png];
  await runFfmpeg(ffmpegPath, args, options);
  await sharp(png)
    .jpeg({ quality: 88, progressive: true, chromaSubsampling: '4:4:4' })
    .toFile(request.target);
}
