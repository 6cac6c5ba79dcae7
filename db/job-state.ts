import type { FrozenPlan } from '../contracts/plan';
import type { Snapshot } from '../contracts/snapshot';
import type { JobStatus } from '../contracts/vocabulary';
import { CLOSING, ENDED } from './job-status-sets';
import { jsonOrNull } from './json-or-null';
import type { Db } from './pool';

/** What every stage activity needs of its job; none of it changes while the job lives. */
export interface JobFacts {
  job_id: string;
  tenant: string;
  snapshot: Snapshot;
  snapshot_sha256: string;
  plan: FrozenPlan;
  parent_job_id: string | null;
  /** Its events are delivered to somebody. */
  has_callback: boolean;
}

export async function loadJobFacts(db: Db, jobId: string): Promise<JobFacts | null> {
  const { rows } = await db.query<JobFacts>({
    name: 'load_job_facts',
    text: 'select job_id, tenant, snapshot, snapshot_sha256, plan, parent_job_id, callback is not null as has_callback from jobs where job_id = $1',
    values: [jobId],
  });
  return rows[0] ?? null;
}

export async function loadJobStatus(db: Db, jobId: string): Promise<JobStatus | null> {
  const { rows } = await db.query<{ status: JobStatus }>('select status from jobs where job_id = $1', [jobId]);
  return rows[0]?.status ?? null;
}

/** Locks a job until the transaction ends. False where it has ended, or is to be cancelled. */
export async function lockOpenJob(db: Db, jobId: string): Promise<boolean> {
  const { rows } = await db.query<{ open: boolean }>(
    `select status not in ${CLOSING} as open from jobs where job_id = $1 for update`,
    [jobId],
  );
  return rows[0]?.open ?? false;
}

/** A job and those it descends from, nearest first. */
export async function loadLineage(db: Db, jobId: string): Promise<string[]> {
  const { rows } = await db.query<{ job_id: string }>(
    `with recursive line as (
       select job_id, parent_job_id, 0 as depth from jobs where job_id = $1
       union all
       select jobs.job_id, jobs.parent_job_id, line.depth + 1 from jobs join line on jobs.job_id = line.parent_job_id where line.depth < 100
     ) select job_id from line order by depth`,
    [jobId],
  );
  return rows.map((row) => row.job_id);
}

/** What a job has come to, and what its last event says. */
export interface Ending {
  result: unknown;
  data: Record<string, unknown>;
  event_id: string;
}

/**
 * Ends a job once: its status, what it gives or why it failed, the final event, gates closed, unfinished steps marked,
 * decisions that came too late.
 * Does nothing where the job has ended already, so a workflow that was reset cannot end it twice.
 */
export async function endJob(
  db: Db,
  end: Ending & {
    job_id: string;
    status: Extract<JobStatus, 'completed' | 'failed' | 'cancelled'>;
    error: unknown;
    now: Date;
  },
): Promise<void> {
  await db.query({ name: 'end_job', text: END, values: [
    end.job_id,
    end.status,
    jsonOrNull(end.result),
    jsonOrNull(end.error),
    end.now,
    end.event_id,
    JSON.stringify(end.data),
  ] });
}

/**
 * The clauses that leave nothing of a job open when it ends: its gates, decisions that nobody will settle any more, unfinished
 * steps. `at` is the time's parameter, `ended` the clause that has a row where the job ends, `but` a condition that steps must not
 * meet; the job's id is $1.
 */
export function leaveNothingOpen({ at, ended, but = 'false' }: { at: string; ended: string; but?: string }): string {
  return `closed as (
  update gates set closed_at = ${at}::timestamptz where job_id = $1 and closed_at is null and exists (select from ${ended})
), undecided as (
  update decisions set fate = 'gate_not_open', settled_at = ${at}::timestamptz where job_id = $1 and fate = 'recorded' and exists (select from ${ended})
), left_open as (
  update steps set status = 'cancelled', finished_at = ${at}::timestamptz
   where job_id = $1 and status in ('running', 'pending', 'waiting_for_approval') and exists (select from ${ended}) and not (${but})
)`;
}

const END = `
with job as (
  update jobs set status = $2, result = $3::jsonb, error = $4::jsonb, finished_at = $5::timestamptz, started_at = coalesce(started_at, $5::timestamptz),
         percent = case when $2 = 'completed' then 100 else percent end, last_sequence = last_sequence + 1,
         last_event_at = greatest(last_event_at, $5::timestamptz)
   where job_id = $1 and status not in ${ENDED}
  returning last_sequence, last_event_at, callback
), ${leaveNothingOpen({ at: '$5', ended: 'job' })}
insert into events (event_id, job_id, sequence, type, timestamp, data, delivery)
select $6, $1, last_sequence, 'job.' || $2, last_event_at, $7::jsonb, case when callback is null then null else 'pending' end from job`;
