import type { ProviderJob } from '../contracts/operation';
import type { StageName } from '../contracts/vocabulary';
import { endWaitForApproval } from './gates';
import type { Db } from './pool';
import { settleIntent } from './settlements';

/**
 * Marks a submit as one whose fate nobody knows, and shows it: a gate `submit_unknown` that only an operator's decision, or
 * the provider's own late report, closes. False where it was settled meanwhile, or the gate is open already.
 */
export async function parkUnknown(db: Db, park: { operation_key: string; job_id: string; stage: StageName; scene: number | null; now: Date }): Promise<boolean> {
  const { rowCount } = await db.query(`update intents set status = 'unknown' where operation_key = $1 and status in ('sending', 'unknown')`, [park.operation_key]);
  if (rowCount !== 1) return false;
  // Items of one job that park at the same time number their gates one after the other.
  await db.query('select 1 from jobs where job_id = $1 for update', [park.job_id]);
  const opened = await db.query(
    `insert into gates (job_id, gate, revision, opened_at, scenes, stage)
     select $1, 'submit_unknown', coalesce((select max(revision) from gates where job_id = $1 and gate = 'submit_unknown'), 0) + 1, $2, $3, $4
      where not exists (select 1 from gates where job_id = $1 and gate = 'submit_unknown' and stage = $4 and scenes = $3 and closed_at is null)`,
    [park.job_id, park.now, park.scene === null ? [] : [park.scene], park.stage],
  );
  return opened.rowCount === 1;
}

export interface Resolution {
  job_id: string;
  stage: StageName;
  scene: number | null;
  resolution: 'resubmit' | 'abandon' | 'adopt';
  provider_job_id: string | null;
  now: Date;
}

/** Families that have an item's submits of unknown fate. */
export async function listUnknownFamilies(db: Db, at: { job_id: string; stage: StageName; scene: number | null }): Promise<string[]> {
  const { rows } = await db.query<{ family: string }>(
    `select distinct family from intents where job_id = $1 and stage = $2 and scene is not distinct from $3::integer and status = 'unknown'`,
    [at.job_id, at.stage, at.scene],
  );
  return rows.map((row) => row.family);
}

/**
 * Settles a submit of unknown fate as an operator has found out: it never arrived and may be sent again, it is given up, or
 * it runs at the provider under this id. An abandoned one keeps counting as possibly billed. False when nothing of that item
 * is unknown.
 */
export async function resolveUnknown(db: Db, resolution: Resolution): Promise<boolean> {
  const at = [resolution.job_id, resolution.stage, resolution.scene];
  const { rows } = await db.query<{ operation_key: string; reserved_micro_usd: number }>(
    `select operation_key, reserved_micro_usd from intents where job_id = $1 and stage = $2 and scene is not distinct from $3::integer and status = 'unknown' for update`,
    at,
  );
  if (rows.length === 0) return false;
  for (const intent of rows) await settleAs(db, intent, resolution);
  await closeAnsweredGates(db, resolution);
  return true;
}

async function settleAs(db: Db, intent: { operation_key: string; reserved_micro_usd: number }, { resolution, provider_job_id, now }: Resolution): Promise<void> {
  const { operation_key: operationKey, reserved_micro_usd: reserved } = intent;
  if (resolution === 'resubmit') {
    await db.query(`update intents set status = 'ready', fault = null where operation_key = $1`, [operationKey]);
  } else if (resolution === 'adopt') {
    const job = JSON.stringify({ id: provider_job_id });
    await db.query(`update intents set status = 'submitted', provider_job = $2::jsonb where operation_key = $1`, [operationKey, job]);
  } else {
    // Nobody will ever know whether it was billed, so it counts.
    await settleIntent(db, { operation_key: operationKey, status: 'abandoned', cost_micro_usd: reserved, possibly: true, now });
  }
}

/**
 * Closes a job's gates at submits of which none is unknown any more, whoever settled them, and lets the job run on where it
 * waits at no other.
 */
export async function closeAnsweredGates(db: Db, { job_id, now }: { job_id: string; now: Date }): Promise<void> {
  await db.query(
    `update gates set closed_at = $2 where job_id = $1 and gate = 'submit_unknown' and closed_at is null
       and not exists (select 1 from intents i where i.job_id = $1 and i.status = 'unknown' and i.stage = gates.stage
         and i.scene is not distinct from gates.scenes[1])`,
    [job_id, now],
  );
  await endWaitForApproval(db, job_id);
}

/** A job that a report or a look-up has found. */
export interface FoundJob {
  job_id: string;
  stage: StageName;
  scene: number | null;
}

/**
 * Takes a provider's report about an operation, once. Whoever waits for the job sees it; a submit of unknown fate has its
 * answer. Gives the operations that were waiting for just this.
 */
export async function takeReport(db: Db, report: { family: string; event_id: string; wire_key: string; job: ProviderJob; now: Date }): Promise<FoundJob[]> {
  const { rowCount } = await db.query(
    `insert into provider_reports (family, event_id, wire_key, received_at) values ($1, $2, $3, $4) on conflict do nothing`,
    [report.family, report.event_id, report.wire_key, report.now],
  );
  if (rowCount !== 1) return [];
  await db.query(
    `update intents set reported = coalesce(reported, $3::jsonb) where wire_key = $2 and family = $1 and status in ('ready', 'sending', 'submitted', 'unknown')`,
    [report.family, report.wire_key, JSON.stringify(report.job)],
  );
  // A job that was cancelled while its submit was on its way: the sweep cancels it, and learns what it came to.
  await db.query(
    `update intents set provider_job = $3::jsonb where wire_key = $2 and family = $1 and status = 'cancelled' and provider_job is null`,
    [report.family, report.wire_key, JSON.stringify(report.job)],
  );
  return adoptUnknown(db, { ...report, job: report.job });
}

/** Unknown submits of this key run at the provider as `job`: they go on. */
export async function adoptUnknown(db: Db, found: { family: string; wire_key: string; job: ProviderJob; now: Date }): Promise<FoundJob[]> {
  const { rows } = await db.query<FoundJob>(
    `update intents set status = 'submitted', provider_job = $3::jsonb where wire_key = $2 and family = $1 and status = 'unknown' returning job_id, stage, scene`,
    [found.family, found.wire_key, JSON.stringify(found.job)],
  );
  for (const job_id of new Set(rows.map((row) => row.job_id))) await closeAnsweredGates(db, { job_id, now: found.now });
  return rows;
}
