import type { Pool } from 'pg';
import { ApplicationFailure } from '@temporalio/activity';
import { loadJobFacts, type JobFacts } from '../db/job-state';

/** Reads a job's frozen facts. They are one small row; reading them each time keeps any worker able to run any stage. */
export async function factsOf(pool: Pool, jobId: string): Promise<JobFacts> {
  const facts = await loadJobFacts(pool, jobId);
  if (!facts) throw ApplicationFailure.nonRetryable('There is no such job.', 'job_not_found');
  return facts;
}
