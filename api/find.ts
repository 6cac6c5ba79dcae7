import { ProblemError } from '../contracts/errors';
import { isId } from '../contracts/ids';
import { findJob, type JobRow } from '../db/jobs';
import type { ApiDeps } from './deps';
import type { Principal } from './tokens';

/**
 * A job of the caller's tenant. Another tenant's job is as unknown as one that never was.
 * @throws ProblemError `job_not_found`
 */
export async function requireJob(deps: ApiDeps, principal: Pick<Principal, 'tenant'>, jobId: unknown): Promise<JobRow> {
  const job = typeof jobId === 'string' && isId('job', jobId) ? await findJob(deps.pool, principal.tenant, jobId) : null;
  if (!job) throw new ProblemError('job_not_found');
  return job;
}
