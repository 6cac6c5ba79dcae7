import type { FrozenPlan } from '../contracts/plan';
import type { Snapshot } from '../contracts/snapshot';
import type { JobType, Mode } from '../contracts/vocabulary';
import type { Db } from './pool';

/** A job as the door stores it: everything that is known before any work. */
export interface NewJob {
  job_id: string;
  tenant: string;
  job_type: JobType;
  idempotency_key: string;
  fingerprint: string;
  mode: Mode | null;
  route: string;
  avatar_id: string | null;
  avatar_version: number | null;
  parent_job_id: string | null;
  snapshot: Snapshot;
  snapshot_sha256: string;
  plan: FrozenPlan;
  correlation: Record<string, string>;
  callback: { url: string; secret_ref: string } | null;
  priority: number;
  budget_micro_usd: number | null;
  estimated_micro_usd: number;
  scenes: number | null;
  created_at: Date;
  event_id: string;
}

const ACCEPT_JOB = `
with claimed as (
  insert into idempotency_keys (tenant, key, fingerprint, job_id) values ($2, $4, $5, $1)
  on conflict do nothing returning 1
), job as (
  insert into jobs (job_id, tenant, job_type, contract, idempotency_key, fingerprint, mode, route, avatar_id, avatar_version,
    parent_job_id, snapshot, snapshot_sha256, plan, correlation, callback, priority, budget_micro_usd, estimated_micro_usd,
    scenes, created_at, last_sequence)
  select $1, $2, $3, 'v3', $4, $5, $6, $7, $8, $9::integer, $10, $11::jsonb, $12, $13::jsonb, $14::jsonb, $15::jsonb,
    $16::integer, $17::bigint, $18::bigint, $19::integer, $20::timestamptz, 1 from claimed
  returning job_id
)
insert into events (event_id, job_id, sequence, type, timestamp, data, delivery)
  select $21, job_id, 1, 'job.accepted', $20::timestamptz, '{"status": "accepted", "percent": 0}', $22 from job`;

/**
 * Stores a job and its first event, and claims the idempotency key, in one statement and so in one transaction.
 * False, with nothing stored, when the tenant has used the key before; two at once wait for each other.
 */
export async function acceptJob(db: Db, job: NewJob): Promise<boolean> {
  const values = [
    job.job_id, job.tenant, job.job_type, job.idempotency_key, job.fingerprint, job.mode, job.route, job.avatar_id,
    job.avatar_version, job.parent_job_id, JSON.stringify(job.snapshot), job.snapshot_sha256, JSON.stringify(job.plan),
    JSON.stringify(job.correlation), job.callback && JSON.stringify(job.callback), job.priority, job.budget_micro_usd,
    job.estimated_micro_usd, job.scenes, job.created_at, job.event_id, job.callback ? 'pending' : null,
  ];
  const { rowCount } = await db.query({ name: 'accept_job', text: ACCEPT_JOB, values });
  return rowCount === 1;
}

/** What an idempotency key was used for. */
export interface ClaimedKey {
  fingerprint: string;
  job_id: string | null;
  decision_id: string | null;
}

export async function findKey(db: Db, tenant: string, key: string): Promise<ClaimedKey | null> {
  const { rows } = await db.query<ClaimedKey>({
    name: 'find_key',
    text: 'select fingerprint, job_id, decision_id from idempotency_keys where tenant = $1 and key = $2',
    values: [tenant, key],
  });
  return rows[0] ?? null;
}

