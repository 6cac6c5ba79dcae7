import type { PipelineInput } from '../contracts/plan';
import { runPipeline } from './pipeline';

/** Photos (and a voice sample) to a version of an avatar's identity; stages in avatar-creation.stages.ts. */
export function avatarCreation(input: PipelineInput): Promise<void> {
  return runPipeline(input);
}
