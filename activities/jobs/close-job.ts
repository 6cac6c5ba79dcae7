import { isErrorCode, jobError, type Problem } from '../../contracts/errors';
import type { StageFailure } from '../../contracts/plan';
import { endJob, loadJobStatus, type JobFacts } from '../../db/job-state';
import { inTransaction } from '../../db/pool';
import type { Deps } from '../deps';
import { factsOf } from '../facts';
import type { BookkeepingActivities, CloseRequest } from './bookkeeping';
import { completeJob } from './complete-job';
import { stopPaidWork } from './stop-paid-work';
import { markStaleBelow } from './mark-stale';

/** Ends the record of a job that failed, was cancelled, or had nothing to run. */
export function closeJob(deps: Deps): BookkeepingActivities['close_job'] {
  return async (request) => {
    const job = await factsOf(deps, request.job_id);
    await (request.outcome === 'completed' ? complete(deps, job) : end(deps, job, await asAsked(deps, request)));
    deps.pokes.request(job);
  };
}

/** Whoever was told that the job is being cancelled hears that it was: what fails on the way (a stage that may not begin any more) ends it so. */
async function asAsked(deps: Deps, request: CloseRequest): Promise<CloseRequest> {
  if (request.outcome !== 'failed' || (await loadJobStatus(deps.pool, request.job_id)) !== 'cancelling') return request;
  return { job_id: request.job_id, outcome: 'cancelled', failures: [], resumable_from: null };
}

async function end(deps: Deps, job: JobFacts, request: CloseRequest): Promise<void> {
  const error = request.outcome === 'failed' ? failedJobProblem(request) : null;
  const result = request.outcome === 'cancelled' ? { cancellation: await stopPaidWork(deps, job) } : null;
  await inTransaction(deps.pool, (db) =>
    endJob(db, {
      job_id: request.job_id,
      status: request.outcome === 'failed' ? 'failed' : 'cancelled',
      result,
      error,
      data: error ? { error } : { result },
      now: deps.now(),
      event_id: deps.newId('event'),
    }),
  );
}

async function complete(deps: Deps, job: JobFacts): Promise<void> {
  const retry = 'retry' in job.snapshot ? job.snapshot.retry : null;
  if (retry?.scope === 'only') await markStaleBelow(deps, job, retry.from_stage);
  await inTransaction(deps.pool, (db) => completeJob(db, deps, job));
}

/** The error object of a failed job: the first failure gives the code, all of them are named. */
function failedJobProblem(request: CloseRequest): Problem {
  const first: StageFailure | undefined = request.failures[0];
  const code = first && isErrorCode(first.code) ? first.code : 'stage_failed';
  return jobError(code, {
    ...(first ? { detail: first.message, stage: first.stage, scene: first.scene, errors: first.errors } : {}),
    resumable_from: request.resumable_from,
    failed_stages: request.failures.map(({ stage, scene, code: failed }) => ({ stage, scene, code: failed })),
  });
}
