import { digestOf } from '../../contracts/digest';
import type { StageTask } from '../../contracts/plan';
import type { StageName } from '../../contracts/vocabulary';
import type { JobFacts } from '../../db/job-state';
import { loadNewestSteps, markStale, type NewestStep } from '../../db/stale-steps';
import { downstreamOf } from '../../workflows/plan';
import { newestNeeds } from '../../workflows/stage-input';
import { tableOf } from '../../workflows/tables';
import type { Deps } from '../deps';
import { resolveInput } from '../stage-input';

/**
 * After a retry of one stage alone: marks work below it whose inputs have changed since it was made. What came out the
 * same leaves everything below fresh. Stale is shown, never made again unasked.
 */
export async function markStaleBelow(deps: Deps, job: JobFacts, from: StageName): Promise<void> {
  const rows = tableOf(job.plan.table);
  const below = new Set(downstreamOf(job.plan.rows, from).filter((stage) => stage !== from));
  const steps = await loadNewestSteps(deps.pool, job.job_id);
  for (const step of steps.filter((candidate) => below.has(candidate.stage))) {
    const row = rows.find((candidate) => candidate.stage === step.stage);
    if (!row) continue;
    const input = await resolveInput({ deps, job, row, task: taskOf(job, step, steps) });
    if (digestOf(input) !== step.input_digest) await markStale(deps.pool, step);
  }
}

/** The task that would make this step again from what is newest now. */
function taskOf(job: JobFacts, step: NewestStep, steps: NewestStep[]): StageTask {
  const row = job.plan.rows.find((candidate) => candidate.stage === step.stage);
  return {
    job_id: job.job_id,
    stage: step.stage,
    scene: step.scene,
    scenes: null,
    generation: step.generation,
    revision: 1,
    take: '',
    needs: newestNeeds(row?.needs ?? [], step.scene, steps),
    remake: null,
    percent: { before: 0, after: 0 },
    final: false,
  };
}
