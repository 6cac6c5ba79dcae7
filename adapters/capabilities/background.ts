import type { SceneVisual, FrameSize } from '../../contracts/media';
import type { BackgroundOutput } from '../../contracts/stages';
import type { DirectAdapter } from './adapter';

export interface BackgroundRequest {
  /** Prompt or the caller's own picture, and the planner's words for place, time and mood. */
  visual: Pick<SceneVisual, 'background' | 'place' | 'time_of_day' | 'mood'>;
  size: FrameSize;
  note: string | null;
  /** Seed of the film and the number of the scene, so that scenes differ and repeat. */
  seed: number;
  scene: number;
}

export type BackgroundAdapter = DirectAdapter<BackgroundRequest, BackgroundOutput> & { readonly capability: 'background' };
