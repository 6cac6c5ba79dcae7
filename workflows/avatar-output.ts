import type { PipelineInput } from '../contracts/plan';
import { runPipeline } from './pipeline';

/** Script and avatar to a finished film; stages in avatar-output.stages.ts. */
export function avatarOutput(input: PipelineInput): Promise<void> {
  return runPipeline(input);
}
