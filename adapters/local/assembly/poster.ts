import path from 'node:path';
import sharp from 'sharp';
import type { Timeline } from '../../../contracts/media';
import type { FaceTrack } from '../../capabilities/lip-sync';
import { inputArgs, runFfmpeg } from '../ffmpeg';
import type { FfmpegOptions } from '../ffmpeg';
import { holdsFrame, toFrameSpan, type FrameSpan } from '../render/frame-span';
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

/** What a poster is chosen by; tracks and hidden frames scene by scene in the order of the film. */
export interface PosterChoice {
  /** Null where no track says what the face does. */
  tracks: readonly (FaceTrack | null)[];
  timeline: Timeline;
  /** Frames that a cutaway lies over. */
  hidden?: readonly (readonly FrameSpan[])[];
  /** Captions that stand in the pictures, in film time. */
  burned?: readonly Cue[];
}

/**
 * The calmest frame of the film: eyes open, mouth nearly shut with a hint of a smile, looking ahead. Earlier scenes are
 * preferred, frames that no cutaway hides to hidden ones, and frames without a caption to all others. Where no track says
 * what the face does, it is the frame nearest to the first scene's middle.
 */
export function choosePoster({ tracks, timeline, hidden = [], burned = [] }: PosterChoice): PosterFrame {
  const seen = tracks.flatMap((track, at): Candidates[] =>
    track ? [{ at, frames: track.frames, faceCost: (frame) => frameCost(track, frame) }] : [],
  );
  let best: PosterFrame = { at: 0, frame: 0 };
  let bestCost = Infinity;
  for (const scene of seen.length > 0 ? seen : [unseen(timeline)]) {
    const besides = costBesides(scene, { timeline, hidden: hidden[scene.at] ?? [], burned });
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

interface Surroundings extends Pick<PosterChoice, 'timeline'> {
  hidden: readonly FrameSpan[];
  burned: readonly Cue[];
}

/** The cost of a frame for everything but the face in it. */
function costBesides({ at, frames }: Candidates, { timeline, hidden, burned }: Surroundings): (frame: number) => number {
  const scene = timeline.scenes[at];
  // With their fades: no frame of one is taken for a clean one.
  const lettered = burned.map((cue) => toFrameSpan(cue, { fps: timeline.fps, start_ms: scene?.start_ms }));
  const edge = Math.floor(frames * EDGE_SHARE);
  return (frame) => {
    const inEdge = frame < edge || frame >= frames - edge;
    const later = at * COSTS.later + (inEdge ? COSTS.edge : 0);
    return later + (hidden.some((span) => holdsFrame(span, frame)) ? COSTS.cutaway : 0) + (lettered.some((span) => holdsFrame(span, frame)) ? COSTS.caption : 0);
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
