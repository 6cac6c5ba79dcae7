import type { PipelineInput } from '../contracts/plan';
import { runPipeline } from './pipeline';

/** A voice sample to a voice profile; stages in voice-cloning.stages.ts. */
export async function voiceCloning(input: PipelineInput): Promise<void> {
  await runPipeline(input);
}
