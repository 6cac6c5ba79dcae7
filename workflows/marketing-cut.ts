import type { PipelineInput } from '../contracts/plan';
import { runPipeline } from './pipeline';

/** A finished film to campaign cuts; stages in marketing-cut.stages.ts. */
export async function marketingCut(input: PipelineInput): Promise<void> {
  await runPipeline(input);
}
