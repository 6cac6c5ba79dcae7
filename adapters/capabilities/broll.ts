import type { AssetRef, FrameSize, Pose, SceneVisual } from '../../contracts/media';
import type { BrollPoseOutput } from '../../contracts/stages';
import type { DirectAdapter } from './adapter';

export interface BrollPoseRequest {
  kind: 'pose' | 'b_roll';
  pose: Pose;
  b_roll: SceneVisual['b_roll'];
  /** The scene's words, from which a made cutaway takes its title. */
  transcript: string;
  timing: AssetRef;
  size: FrameSize;
  fps: number;
  duration_ms: number;
  note: string | null;
  seed: number;
  scene: number;
}

/** The document behind a `pose_track` asset: head movement on top of what speech itself brings, one value a frame, in -1..1. */
export interface PoseTrack {
  fps: number;
  yaw: number[];
  pitch: number[];
  roll: number[];
  /** Scale on top of the framing, 0 is none, 0.1 is ten percent closer. */
  lean: number[];
}

export type BrollAdapter = DirectAdapter<BrollPoseRequest, BrollPoseOutput> & { readonly capability: 'broll' };
