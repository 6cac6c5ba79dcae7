import type { AssetRef, FrameSize } from '../../contracts/media';
import type { EnhanceOutput } from '../../contracts/stages';
import type { DirectAdapter } from './adapter';

export interface EnhanceRequest {
  /** Either layers and a face track (the scene is rendered and encoded here, once), or a clip. */
  layers: AssetRef | null;
  track: AssetRef | null;
  clip: AssetRef | null;
  cutaways: { start_ms: number; end_ms: number; asset: AssetRef; title: string | null }[];
  /** Cues to burn into the picture, relative to the scene; null leaves them out. */
  burn: { start_ms: number; end_ms: number; text: string }[] | null;
  watermark: string | null;
  size: FrameSize;
  fps: number;
  duration_ms: number;
}

/** The finished picture of one scene: video only, H.264 yuv420p bt709, closed GOPs, so that scenes join by stream copy. */
export type EnhanceAdapter = DirectAdapter<EnhanceRequest, EnhanceOutput> & { readonly capability: 'enhance' };
