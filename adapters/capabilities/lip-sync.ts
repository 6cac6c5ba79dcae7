import type { AssetRef, Pose } from '../../contracts/media';
import type { LipSyncOutput } from '../../contracts/stages';
import type { DirectAdapter } from './adapter';

export interface LipSyncRequest {
  timing: AssetRef;
  audio: AssetRef;
  /** From `scene_assets`: layers for a rig, a clip for a provider that works on video. */
  layers: AssetRef | null;
  clip: AssetRef | null;
  pose_track: AssetRef | null;
  pose: Pose;
  fps: number;
  duration_ms: number;
  seed: number;
  scene: number;
}

/** Names of the channels of a face track; jaw..breath as in the rig's documentation, 0..1 or -1..1. */
export const FACE_CHANNELS = [
  'jaw', 'close', 'wide', 'smile', 'pucker', 'blink', 'brow', 'gaze_x', 'gaze_y', 'yaw', 'pitch', 'roll', 'tx', 'ty', 'lean', 'breath',
] as const;
export type FaceChannel = (typeof FACE_CHANNELS)[number];

/** The document behind a `face_track` asset: one value a frame for each channel. */
export interface FaceTrack {
  fps: number;
  frames: number;
  channels: Record<FaceChannel, number[]>;
  /** Frames during which the lips must be shut (p, b, m), for the self-check. */
  closures: { from: number; to: number }[];
}

export type LipSyncAdapter = DirectAdapter<LipSyncRequest, LipSyncOutput> & { readonly capability: 'lip_sync' };
