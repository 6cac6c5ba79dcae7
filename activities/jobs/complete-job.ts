import type { StageTask } from '../../contracts/plan';
import { endJob, type Ending, type JobFacts } from '../../db/job-state';
import type { Db } from '../../db/pool';
import { loadOutputs } from '../../db/steps';
import type { Deps } from '../deps';
import { resultFor, RESULT_STAGES, type FinishedOutput } from './job-result';

/** Ends a job as completed with its result, in the transaction of its last step. */
export async function completeJob(db: Db, deps: Deps, job: JobFacts): Promise<void> {
  const outputs = await loadOutputs(db, job.job_id, RESULT_STAGES[job.plan.table]);
  await endJob(db, { job_id: job.job_id, status: 'completed', error: null, now: deps.now(), ...endingOf(deps, job, outputs) });
}

/** The ending of a job whose last step, with this output, is not stored yet. */
export async function endingWith(deps: Deps, job: JobFacts, last: { task: StageTask; output: unknown }): Promise<Ending> {
  const { task, output } = last;
  const others = RESULT_STAGES[job.plan.table].filter((stage) => stage !== task.stage);
  const outputs = await deps.facts.outputsOf(task, others);
  return endingOf(deps, job, [...outputs, { stage: task.stage, scene: task.scene, generation: task.generation, output }]);
}

function endingOf(deps: Deps, job: JobFacts, outputs: FinishedOutput[]): Ending {
  const result = resultFor(job, outputs);
  return { result, data: { result, ...manifestOf(result) }, event_id: deps.newId('event') };
}

/** A receiver can check the whole delivery by this one digest. */
function manifestOf(result: unknown): { manifest_sha256?: string } {
  const manifest: unknown = typeof result === 'object' && result !== null ? Reflect.get(result, 'manifest') : null;
  const sha256: unknown = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'sha256') : null;
  return typeof sha256 === 'string' ? { manifest_sha256: sha256 } : {};
}
