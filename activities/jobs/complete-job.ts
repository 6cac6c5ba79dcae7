import type { StageName } from '../../contracts/vocabulary';
import { endJob, type JobFacts } from '../../db/job-state';
import type { Db } from '../../db/pool';
import { loadOutputs } from '../../db/steps';
import type { Deps } from '../deps';
import { resultFor, RESULT_STAGES } from './job-result';

/** Ends a job as completed with its result, in the transaction of its last step. */
export async function completeJob(db: Db, deps: Deps, job: JobFacts): Promise<void> {
  const stages: StageName[] = RESULT_STAGES[job.plan.table];
  const outputs = await loadOutputs(db, job.job_id, stages);
  const result = resultFor(job, outputs);
  await endJob(db, {
    job_id: job.job_id,
    status: 'completed',
    result,
    error: null,
    data: { result, ...manifestOf(result) },
    now: deps.now(),
    event_id: deps.newId('event'),
  });
}

/** A receiver can check the whole delivery by this one digest. */
function manifestOf(result: unknown): { manifest_sha256?: string } {
  const manifest: unknown = typeof result === 'object' && result !== null ? Reflect.get(result, 'manifest') : null;
  const sha256: unknown = typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, 'sha256') : null;
  return typeof sha256 === 'string' ? { manifest_sha256: sha256 } : {};
}
