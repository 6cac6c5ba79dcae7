import type { Db } from './pool';

/** A cap that leaves no room for what is asked. */
export interface CapReached {
  cap: 'job' | 'tenant_day';
  cap_micro_usd: number;
  /** Spent, and reserved for what is under way. */
  used_micro_usd: number;
  needed_micro_usd: number;
}

export interface Room {
  job_id: string;
  tenant: string;
  needed_micro_usd: number;
  /** Cap of a job that names none; null for no cap. */
  job_cap_micro_usd: number | null;
  /** Cap of a tenant's day (UTC); null for no cap. */
  tenant_day_cap_micro_usd: number | null;
  now: Date;
}

/**
 * Looks whether an amount fits under the job's cap and the tenant's day. Locks the job (and the tenant's day where it is
 * capped) until the transaction ends, so that what is reserved in it counts for the next one who asks.
 */
export async function findCapReached(db: Db, room: Room): Promise<CapReached | null> {
  const job = await jobUse(db, room.job_id);
  const cap = job.budget_micro_usd ?? room.job_cap_micro_usd;
  const needed_micro_usd = room.needed_micro_usd;
  if (cap !== null && job.used_micro_usd + needed_micro_usd > cap) {
    return { cap: 'job', cap_micro_usd: cap, used_micro_usd: job.used_micro_usd, needed_micro_usd };
  }
  const day = room.tenant_day_cap_micro_usd;
  if (day === null) return null;
  const used_micro_usd = await tenantDayUse(db, room.tenant, room.now);
  return used_micro_usd + needed_micro_usd > day ? { cap: 'tenant_day', cap_micro_usd: day, used_micro_usd, needed_micro_usd } : null;
}

async function jobUse(db: Db, jobId: string): Promise<{ budget_micro_usd: number | null; used_micro_usd: number }> {
  const { rows: jobs } = await db.query<{ budget_micro_usd: number | null; spent_micro_usd: number }>(
    'select budget_micro_usd, spent_micro_usd from jobs where job_id = $1 for update',
    [jobId],
  );
  // A statement of its own: it must see what was reserved by whoever held the lock before.
  const { rows: reserved } = await db.query<{ sum: number }>(
    `select coalesce(sum(reserved_micro_usd), 0)::bigint as sum from intents where job_id = $1 and status in ('ready', 'sending', 'submitted', 'unknown')`,
    [jobId],
  );
  return { budget_micro_usd: jobs[0]?.budget_micro_usd ?? null, used_micro_usd: (jobs[0]?.spent_micro_usd ?? 0) + (reserved[0]?.sum ?? 0) };
}

async function tenantDayUse(db: Db, tenant: string, now: Date): Promise<number> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended('tenant_day ' || $1, 0))`, [tenant]);
  const { rows } = await db.query<{ sum: number }>(
    `select (coalesce((select sum(amount_micro_usd) from ledger where tenant = $1 and kind in ('charged', 'possibly_charged', 'refunded')
         and at >= date_trunc('day', $2::timestamptz at time zone 'utc') at time zone 'utc'), 0)
       + coalesce((select sum(reserved_micro_usd) from intents where tenant = $1 and status in ('ready', 'sending', 'submitted', 'unknown')), 0))::bigint as sum`,
    [tenant, now],
  );
  return rows[0]?.sum ?? 0;
}

/** Lets a job wait for money, with its event; the caller has just found the cap reached in the same transaction. */
export async function saveWaitingForBudget(db: Db, wait: { job_id: string; event_id: string; data: unknown; now: Date }): Promise<void> {
  await db.query(
    `with job as (
       update jobs set status = 'waiting_for_budget', last_sequence = last_sequence + 1, last_event_at = greatest(last_event_at, $3)
        where job_id = $1 and status in ('accepted', 'running', 'waiting_for_approval') returning last_sequence, last_event_at, callback)
     insert into events (event_id, job_id, sequence, type, timestamp, data, delivery)
     select $2, $1, job.last_sequence, 'job.waiting_for_budget', job.last_event_at, $4::jsonb, case when job.callback is null then null else 'pending' end from job`,
    [wait.job_id, wait.event_id, wait.now, JSON.stringify(wait.data)],
  );
}
