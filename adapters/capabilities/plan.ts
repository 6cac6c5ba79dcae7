import type { SceneVisual, StoryboardScene, Pose } from '../../contracts/media';
import type { ScriptContextOutput } from '../../contracts/stages';
import type { Mode } from '../../contracts/vocabulary';
import type { AdapterInfo, CostRange, Support, WorkContext } from './adapter';

/** Exactly one of script, brief and scenes is given. */
export interface ScriptRequest {
  script: string | null;
  brief: string | null;
  scenes: string[] | null;
  /** A reviewer's wish for a new version. */
  note: string | null;
  /** What the reviewer saw, when a note asks for changes. */
  previous: string | null;
  seed: number;
}

/** A scene that the caller brings; what is null is left to the planner. */
export interface CallerScene {
  transcript: string;
  pose: Pose | null;
  background: SceneVisual['background'] | null;
  b_roll: SceneVisual['b_roll'];
  framing: SceneVisual['framing'] | null;
}

export interface StoryboardRequest {
  script: string;
  mode: Mode;
  caller_scenes: CallerScene[] | null;
  /** For all scenes that name none of their own. */
  background: SceneVisual['background'] | null;
  /** Scenes to plan again with a note; the others come back byte for byte as they are in `previous`. */
  revise: { scenes: number[]; note: string | null } | null;
  previous: StoryboardScene[] | null;
  seed: number;
}

/** Script and storyboard. Scenes are numbered from 1 without gaps; their transcripts join to the script. */
export interface PlanAdapter extends AdapterInfo {
  readonly capability: 'plan';
  supports(request: StoryboardRequest): Support;
  estimate(operation: 'script' | 'storyboard'): CostRange;
  script(request: ScriptRequest, context: WorkContext): Promise<ScriptContextOutput>;
  storyboard(request: StoryboardRequest, context: WorkContext): Promise<{ scenes: StoryboardScene[] }>;
}
