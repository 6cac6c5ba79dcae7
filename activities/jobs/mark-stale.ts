import { digestOf } from '../../contracts/digest';
import type { StageTask } from '../../contracts/plan';
import type { StageName } from '../../contracts/vocabulary';
import type { JobFacts } from '../../db/job-state';
import { loadNewestSteps, markStale, type NewestStep } from '../../db/stale-steps';
import { downstreamOf } from '../../workflows/plan';
import type { Deps } from '../deps';
import { inputRowsOf, resolveInput } from '../stage-input';

/**
 * After a retry of one stage alone: marks work below it whose inputs have changed since it was made. What came out the
 * same leaves everything below fresh. Stale is shown, never made again unasked.
 */
export async function markStaleBelow(deps: Deps, job: JobFacts, from: StageName): Promise<void> {
  const rows = inputRowsOf(job.plan.table);
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
  const needs: StageTask['needs'] = {};
  for (const need of row?.needs ?? []) {
    const items = steps.filter((candidate) => candidate.stage === need).sort((a, b) => (a.scene ?? 0) - (b.scene ?? 0));
    const own = items.find((item) => item.scene === step.scene);
    const perScene = items.some((item) => item.scene !== null);
    needs[need] = perScene && step.scene === null ? items.map((item) => item.generation) : (own ?? items[0])?.generation ?? 1;
  }
  return {
    job_id: job.job_id,
    stage: step.stage,
    scene: step.scene,
    scenes: null,
    generation: step.generation,
    revision: 1,
    take: '',
    needs,
    remake: null,
    percent: { before: 0, after: 0 },
    final: false,
  };
}
