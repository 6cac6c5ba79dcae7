import type { EventType, JobStatus, JobType } from '../contracts/vocabulary';
import type { Db } from './pool';

/** An event that its receiver does not have yet. */
export interface UndeliveredEvent {
  event_id: string;
  sequence: number;
  type: EventType;
  timestamp: Date;
  data: Record<string, unknown>;
  /** Failed attempts since the event was stored, or was last given up and asked for again. */
  failures: number;
  /** When the next attempt is due; null where there was none yet, or one that a killed worker left. */
  next_at: Date | null;
  /** An operator asked for this attempt. */
  requested: boolean;
}

/** What delivering a job's events needs of the job, and the first event that is not delivered. */
export interface Outbox {
  job_id: string;
  tenant: string;
  job_type: JobType;
  job_status: JobStatus;
  idempotency_key: string;
  correlation: Record<string, string>;
  callback: { url: string; secret_ref: string } | null;
  callback_stopped_at: Date | null;
  event: UndeliveredEvent | null;
}

type OutboxRow = Omit<Outbox, 'event'> & { [Name in keyof UndeliveredEvent]: UndeliveredEvent[Name] | null };

const OUTBOX = `
select j.job_id, j.tenant, j.job_type, j.status as job_status, j.idempotency_key, j.correlation, j.callback, j.callback_stopped_at,
       e.event_id, e.sequence, e.type, e.timestamp, e.data,
       (select count(*) from deliveries d where d.event_id = e.event_id and d.status = 'failed' and d.error is distinct from 'interrupted'
          and d.attempt > (select coalesce(max(attempt), 0) from deliveries where event_id = e.event_id and status in ('dead', 'delivered'))) as failures,
       last.next_at, coalesce(last.status = 'pending' and last.next_at is not null, false) as requested
  from jobs j
  left join lateral (select * from events where job_id = j.job_id and delivery = 'pending' order by sequence limit 1) e on true
  left join lateral (select status, next_at from deliveries where event_id = e.event_id order by attempt desc limit 1) last on true
 where j.job_id = $1`;

/** A job and its first undelivered event, in one reading; null where there is no such job. */
export async function loadOutbox(db: Db, jobId: string): Promise<Outbox | null> {
  const { rows } = await db.query<OutboxRow>({ name: 'load_outbox', text: OUTBOX, values: [jobId] });
  const row = rows[0];
  if (!row) return null;
  const { event_id, sequence, type, timestamp, data, failures, next_at, requested, ...job } = row;
  if (event_id === null || sequence === null || type === null || timestamp === null || data === null) return { ...job, event: null };
  return { ...job, event: { event_id, sequence, type, timestamp, data, failures: failures ?? 0, next_at, requested: requested ?? false } };
}

const BEGIN_ATTEMPT = `
with interrupted as (
  update deliveries set status = 'failed', error = 'interrupted' where event_id = $2 and status = 'pending' and next_at is null
), requested as (
  update deliveries set at = $4, next_at = null where event_id = $2 and status = 'pending' and next_at is not null returning delivery_id
), added as (
  insert into deliveries (delivery_id, event_id, job_id, tenant, attempt, status, url_host, at)
  select $1, e.event_id, e.job_id, j.tenant, (select coalesce(max(attempt), 0) + 1 from deliveries where event_id = $2), 'pending', $3, $4
    from events e join jobs j using (job_id) where e.event_id = $2 and not exists (select 1 from requested)
  returning delivery_id
)
select delivery_id from requested union all select delivery_id from added`;

/**
 * Writes an attempt down before its first byte leaves, so that the audit knows even those that a crash cut short; these are
 * marked `interrupted` now. Takes the row of a redelivery that somebody asked for. Returns the attempt's id.
 */
export async function beginAttempt(db: Db, attempt: { delivery_id: string; event_id: string; url_host: string; now: Date }): Promise<string> {
  const { rows } = await db.query<{ delivery_id: string }>({
    name: 'begin_attempt',
    text: BEGIN_ATTEMPT,
    values: [attempt.delivery_id, attempt.event_id, attempt.url_host, attempt.now],
  });
  const row = rows[0];
  if (!row) throw new Error('the event of a delivery is gone');
  return row.delivery_id;
}

export interface AttemptEnd {
  delivery_id: string;
  event_id: string;
  status: 'delivered' | 'failed' | 'dead';
  http_status: number | null;
  error: string | null;
  /** Of the next attempt, after one that failed. */
  next_at: Date | null;
  /** Send nothing of this job any more. */
  stop: boolean;
  now: Date;
}

const END_ATTEMPT = `
with ended as (
  update deliveries set status = $3, http_status = $4::integer, error = $5, next_at = $6::timestamptz where delivery_id = $1 returning job_id
), stopped as (
  update jobs set callback_stopped_at = $7::timestamptz where $8::boolean and job_id = (select job_id from ended)
)
update events set delivery = $3 where event_id = $2 and $3 in ('delivered', 'dead')
   and not exists (select 1 from deliveries where event_id = $2 and delivery_id <> $1 and status = 'pending' and next_at is not null)`;

/** Writes down how an attempt ended, and with the last one what became of the event, unless a redelivery was asked for meanwhile. */
export async function endAttempt(db: Db, end: AttemptEnd): Promise<void> {
  await db.query({
    name: 'end_attempt',
    text: END_ATTEMPT,
    values: [end.delivery_id, end.event_id, end.status, end.http_status, end.error, end.next_at, end.now, end.stop],
  });
}

export async function hasUndelivered(db: Db, jobId: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'has_undelivered',
    text: `select 1 from events where job_id = $1 and delivery = 'pending' limit 1`,
    values: [jobId],
  });
  return rowCount === 1;
}

/** Jobs whose first undelivered event has been due since before `before`, those that wait longest first. */
export async function listOverdue(db: Db, query: { before: Date; limit: number; tenant: string | null }): Promise<{ job_id: string; tenant: string }[]> {
  const { rows } = await db.query<{ job_id: string; tenant: string }>({
    name: 'list_overdue',
    text: `select j.job_id, j.tenant
        from (select distinct on (job_id) job_id, event_id, timestamp from events where delivery = 'pending' order by job_id, sequence) e
        join jobs j using (job_id)
        left join lateral (select at, next_at from deliveries where event_id = e.event_id order by attempt desc limit 1) last on true
       where coalesce(last.next_at, last.at, e.timestamp) < $1 and ($3::text is null or j.tenant = $3)
       order by coalesce(last.next_at, last.at, e.timestamp) limit $2`,
    values: [query.before, query.limit, query.tenant],
  });
  return rows;
}
