import type { PipelineInput } from '../contracts/plan';
import { runPipeline } from './pipeline';

/** A finished film to campaign cuts; stages in marketing-cut.stages.ts. */
export function marketingCut(input: PipelineInput): Promise<void> {
  return runPipeline(input);
}
