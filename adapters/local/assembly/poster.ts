import path from 'node:path';
import sharp from 'sharp';
import type { Timeline } from '../../../contracts/media';
import type { FaceTrack } from '../../capabilities/lip-sync';
import { inputArgs, runFfmpeg } from '../ffmpeg';
import type { FfmpegOptions } from '../ffmpeg';
import type { Cue } from './cues';

/** A frame of a scene, counted from the scene's start. */
export interface PosterFrame {
  /** Position of the scene in the film, from 0. */
  at: number;
  frame: number;
}

/** Frames at a scene's ends are only taken when nothing else is left: the head is just arriving. */
const EDGE_SHARE = 0.1;
/** What a frame costs for reasons other than the face in it, in the units of `frameCost`. */
const COSTS = { edge: 1, later: 0.15, cutaway: 5, caption: 20 } as const;

/**
 * The calmest frame of the film: eyes open, mouth nearly shut with a hint of a smile, looking ahead. Earlier scenes and
 * scenes without a cutaway are preferred, and frames without a caption to all others. `burned` are the captions that stand
 * in the pictures, in film time. Where no track says what the face does, it is the frame nearest to the first scene's middle.
 */
export function choosePoster(
  tracks: readonly (FaceTrack | null)[],
  timeline: Timeline,
  burned: readonly Cue[] = [],
): PosterFrame {
  const seen = tracks.flatMap((track, at): Candidates[] =>
    track ? [{ at, frames: track.frames, faceCost: (frame) => frameCost(track, frame) }] : [],
  );
  let best: PosterFrame = { at: 0, frame: 0 };
  let bestCost = Infinity;
  for (const scene of seen.length > 0 ? seen : [unseen(timeline)]) {
    const besides = costBesides(scene, timeline, burned);
    for (let frame = 0; frame < scene.frames; frame += 1) {
      const cost = scene.faceCost(frame) + besides(frame);
      if (cost < bestCost) [best, bestCost] = [{ at: scene.at, frame }, cost];
    }
  }
  return best;
}

/** The frames of a scene, and what is known of the face in them. */
interface Candidates extends Pick<PosterFrame, 'at'> {
  frames: number;
  faceCost(frame: number): number;
}

/** The first scene when nobody knows what its face does. */
function unseen(timeline: Timeline): Candidates {
  const [scene] = timeline.scenes;
  const frames = scene ? Math.round(((scene.end_ms - scene.start_ms) * timeline.fps) / 1000) : 1;
  const middle = Math.floor(frames / 2);
  return { at: 0, frames, faceCost: (frame) => Math.abs(frame - middle) / frames };
}

/** The cost of a frame for everything but the face in it. */
function costBesides({ at, frames }: Candidates, timeline: Timeline, burned: readonly Cue[]): (frame: number) => number {
  const scene = timeline.scenes[at];
  const start_ms = scene?.start_ms ?? 0;
  // Rounded as the renderer rounds them, so that no frame of a caption's fade is taken for a clean one.
  const toFrame = (time_ms: number): number => Math.round(((time_ms - start_ms) * timeline.fps) / 1000);
  const lettered = burned.map((cue) => ({ from: toFrame(cue.start_ms), to: toFrame(cue.end_ms) }));
  const always = at * COSTS.later + (scene?.visual.b_roll ? COSTS.cutaway : 0);
  const edge = Math.floor(frames * EDGE_SHARE);
  return (frame) => {
    const inEdge = frame < edge || frame >= frames - edge;
    const underCaption = lettered.some(({ from, to }) => from <= frame && frame < to);
    return always + (inEdge ? COSTS.edge : 0) + (underCaption ? COSTS.caption : 0);
  };
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
