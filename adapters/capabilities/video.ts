import type { AssetRef, FrameSize, Pose, SceneVisual } from '../../contracts/media';
import type { SceneAssetsOutput, SceneLight } from '../../contracts/stages';
import type { DirectAdapter } from './adapter';

export interface SceneAssetsRequest {
  plate: AssetRef;
  mesh: AssetRef;
  background: AssetRef;
  light: SceneLight;
  framing: SceneVisual['framing'];
  pose: Pose;
  size: FrameSize;
  fps: number;
  duration_ms: number;
  note: string | null;
  seed: number;
  scene: number;
}

/** The document behind a `layers` asset: everything a renderer needs to compose the scene, without words or mouth. */
export interface SceneLayers {
  size: FrameSize;
  fps: number;
  frames: number;
  plate: AssetRef;
  mesh: AssetRef;
  background: AssetRef;
  light: SceneLight;
  framing: SceneVisual['framing'];
  pose: Pose;
  /** Maps plate pixels to frame pixels: frame = offset + scale * plate. */
  placement: { scale: number; x: number; y: number };
  /** Slow push-in: zoom at the first and at the last frame, 1 is none. */
  camera: { zoom_from: number; zoom_to: number };
  seed: number;
}

/** One scene's picture without lip movement: layers (local) or a clip (a provider that returns video). */
export type VideoAdapter = DirectAdapter<SceneAssetsRequest, SceneAssetsOutput> & { readonly capability: 'video' };
