import type { SpeechTiming } from '../../../contracts/media';
import type { PoseTrack } from '../../capabilities/broll';
import { FACE_CHANNELS, type FaceChannel, type FaceTrack } from '../../capabilities/lip-sync';
import { blinkTrack } from './blink-track';
import { clamp } from './geometry';
import { headMotion } from './head-track';
import { mouthTrack } from './mouth-track';

export interface FaceTrackOptions {
  fps: number;
  duration_ms: number;
  /** Number of the scene in its film. */
  scene: number;
  seed: number;
  /** The photo shows an open smile; see `isOpenSmile`. */
  openSmile: boolean;
  pose: PoseTrack | null;
}

/** Ranges in which the rig looks right in motion, judged by eye. */
export const TRACK_LIMITS: Record<FaceChannel, readonly [number, number]> = {
  jaw: [0, 0.7],
  close: [0, 1],
  wide: [-0.6, 0.7],
  smile: [-0.5, 0.5],
  pucker: [0, 1],
  blink: [0, 1],
  brow: [0, 1],
  gaze_x: [-0.7, 0.7],
  gaze_y: [-0.5, 0.5],
  yaw: [-0.25, 0.25],
  pitch: [-0.2, 0.2],
  roll: [-0.1, 0.1],
  tx: [-0.15, 0.15],
  ty: [-0.15, 0.15],
  lean: [-0.05, 0.15],
  breath: [0, 1],
};

/**
 * Everything that moves in a talking face, one value a frame: mouth from visemes, blinks, head and eyes from the rhythm
 * of the sentences, and a pose on top. Seeded; the same input gives the same track. Closures name their first and last
 * frame, both shut.
 */
export function faceTrack(timing: SpeechTiming, options: FaceTrackOptions): FaceTrack {
  const { fps, scene, seed, openSmile, pose } = options;
  const frames = Math.round((options.duration_ms * fps) / 1000);
  const mouth = mouthTrack(timing, { fps, frames, openSmile });
  const head = headMotion(timing, seed);
  const poses = Array.from({ length: frames }, (_, frame) => head(((frame + 0.5) * 1000) / fps));
  const added = (axis: 'yaw' | 'pitch' | 'roll' | 'lean', frame: number): number => pose?.[axis][frame] ?? 0;
  const channels: Record<FaceChannel, number[]> = {
    jaw: mouth.jaw,
    close: mouth.close,
    wide: mouth.wide.map((value) => value - (openSmile ? 0.15 : 0)),
    // A smile stays visible in the corners of the mouth; rounding the lips takes it back.
    smile: mouth.close.map(
      (close, i) => (openSmile ? -0.2 - 0.1 * close : 0.06) - 0.3 * (mouth.pucker[i] ?? 0),
    ),
    pucker: mouth.pucker,
    blink: blinkTrack({ timing, scene, seed }, { fps, frames }),
    brow: poses.map((at) => at.brow),
    gaze_x: poses.map((at, i) => at.gaze_x - 1.2 * added('yaw', i)),
    gaze_y: poses.map((at) => at.gaze_y),
    yaw: poses.map((at, i) => at.yaw + added('yaw', i)),
    pitch: poses.map((at, i) => at.pitch + added('pitch', i)),
    roll: poses.map((at, i) => at.roll + added('roll', i)),
    tx: poses.map((at) => at.tx),
    ty: poses.map((at) => at.ty),
    lean: poses.map((_, i) => added('lean', i)),
    breath: poses.map((at) => at.breath),
  };
  for (const name of FACE_CHANNELS) channels[name] = channels[name].map((value) => limit(name, value));
  return { fps, frames, channels, closures: mouth.closures };
}

function limit(name: FaceChannel, value: number): number {
  const [low, high] = TRACK_LIMITS[name];
  return Math.round(clamp(value, low, high) * 10_000) / 10_000;
}
