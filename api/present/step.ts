import type { JobRow } from '../../db/jobs';
import type { StepView } from '../../db/steps-read';
import { labelOf } from './job';

/** A step record as `GET …/stages` shows it. */
export function presentStep(job: JobRow, step: StepView) {
  const { started_at, finished_at } = step;
  return {
    stage: step.stage,
    label: labelOf(job, step.stage),
    scene: step.scene,
    status: step.status,
    generation: step.generation,
    current: step.current,
    revision: step.revision,
    attempts: step.attempts,
    started_at: started_at?.toISOString() ?? null,
    finished_at: finished_at?.toISOString() ?? null,
    duration_ms: started_at && finished_at ? finished_at.getTime() - started_at.getTime() : null,
    input_digest: step.input_digest,
    output_digest: step.output_digest,
    assets: step.assets.map(({ kind, asset_id }) => ({ kind, asset_id })),
    cost_micro_usd: step.cost_micro_usd,
    provider_family: step.provider_family,
    reused_from: step.reused_from,
    stale: step.stale,
    error: step.error,
    failover: step.failover,
  };
}
