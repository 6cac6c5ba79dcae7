import type { PipelineInput } from '../contracts/plan';
import { runPipeline } from './pipeline';

/** A voice sample to a voice profile; stages in voice-cloning.stages.ts. */
export function voiceCloning(input: PipelineInput): Promise<void> {
  return runPipeline(input);
}
