import type { CancelResult, FaultFacts, IntentStatus, StoredOutcome } from '../contracts/operation';
import type { StageName } from '../contracts/vocabulary';
import { jsonOrNull } from './json-or-null';
import type { Db } from './pool';

/** How an operation ended, and what it costs in integer micro-USD. */
export interface Settlement {
  operation_key: string;
  status: Extract<IntentStatus, 'succeeded' | 'failed' | 'abandoned' | 'cancelled'>;
  outcome?: StoredOutcome;
  fault?: FaultFacts;
  cancel_result?: CancelResult;
  cost_micro_usd: number;
  /** True where nobody knows whether it was billed: the amount counts all the same. */
  possibly: boolean;
  now: Date;
}

/**
 * Ends an operation once. What an ancestor settled already, when a cancellation met it too late, costs nothing here; there its
 * cost is known now. Each of the two statements may be repeated, so a crash between them does no harm. False where it had
 * ended already.
 */
export async function settleIntent(db: Db, settlement: Settlement): Promise<boolean> {
  const { operation_key, cost_micro_usd, possibly, now } = settlement;
  const owner = await findSettledOwner(db, operation_key);
  if (owner === null) return endIntent(db, settlement);
  if (!possibly) await correctCost(db, { operation_key: owner, cost_micro_usd, now });
  return endIntent(db, { ...settlement, cost_micro_usd: 0 });
}

/** The ancestor's operation that this one goes on with, where that has settled what it cost; else null. */
export async function findSettledOwner(db: Db, operationKey: string): Promise<string | null> {
  const { rows } = await db.query<{ operation_key: string }>({
    name: 'find_settled_owner',
    text: `select owner.operation_key from intents own
      join intents owner on owner.wire_key = own.wire_key and owner.family = own.family and owner.created_at < own.created_at
      where own.operation_key = $1 and owner.settled_at is not null order by owner.created_at limit 1`,
    values: [operationKey],
  });
  return rows[0]?.operation_key ?? null;
}

/**
 * Its outcome, its cost on the step, the job and the ledger, its reservation let go, its slot free: one statement, so all of it
 * is kept or nothing.
 */
async function endIntent(db: Db, settlement: Settlement): Promise<boolean> {
  const { rows } = await db.query<{ settled: number }>(
    `with before as (
       select operation_key, reserved_micro_usd from intents where operation_key = $1 and status in ('ready', 'sending', 'submitted', 'unknown') for update
     ), intent as (
       update intents set status = $2, outcome = coalesce($3::jsonb, outcome), fault = coalesce($4::jsonb, fault), cancel_result = coalesce($5, cancel_result),
              settled_micro_usd = $6, cost_known = not $7, settled_at = $8, reserved_micro_usd = 0
        where operation_key in (select operation_key from before)
       returning operation_key, family, job_id, tenant, stage, scene, generation
     ), job as (
       update jobs set spent_micro_usd = spent_micro_usd + $6 from intent where jobs.job_id = intent.job_id
     ), step as (
       update steps set cost_micro_usd = cost_micro_usd + $6 from intent
        where steps.job_id = intent.job_id and steps.stage = intent.stage and steps.scene is not distinct from intent.scene and steps.generation = intent.generation
     ), freed as (
       delete from provider_slots using intent where provider_slots.family = intent.family and provider_slots.operation_key = intent.operation_key
     ), booked as (
       insert into ledger (tenant, job_id, operation_key, stage, scene, kind, amount_micro_usd, at)
       select intent.tenant, intent.job_id, $1, intent.stage, intent.scene, entry.kind, entry.amount, $8
         from intent, before, lateral (values ('released', -before.reserved_micro_usd), (case when $7 then 'possibly_charged' else 'charged' end, $6::bigint)) as entry (kind, amount)
        where entry.amount <> 0
     )
     select 1 as settled from intent`,
    [
      settlement.operation_key, settlement.status, jsonOrNull(settlement.outcome), jsonOrNull(settlement.fault), settlement.cancel_result ?? null,
      settlement.cost_micro_usd, settlement.possibly, settlement.now,
    ],
  );
  return rows.length > 0;
}

/** Books what a new intent reserves. */
export async function bookReservation(db: Db, entry: { tenant: string; job_id: string; operation_key: string; stage: StageName; scene: number | null; amount_micro_usd: number; now: Date }): Promise<void> {
  if (entry.amount_micro_usd === 0) return;
  await db.query(
    `insert into ledger (tenant, job_id, operation_key, stage, scene, kind, amount_micro_usd, at) values ($1, $2, $3, $4, $5, 'reserved', $6, $7)`,
    [entry.tenant, entry.job_id, entry.operation_key, entry.stage, entry.scene, entry.amount_micro_usd, entry.now],
  );
}

/** Corrects what an operation may have cost to what the provider says it did; the difference is booked. False where it was known already. */
export async function correctCost(db: Db, correction: { operation_key: string; cost_micro_usd: number; now: Date }): Promise<boolean> {
  const { rows } = await db.query<{ corrected: number }>(
    `with before as (
       select operation_key, settled_micro_usd from intents where operation_key = $1 and not cost_known for update
     ), intent as (
       update intents set settled_micro_usd = $2, cost_known = true where operation_key in (select operation_key from before)
       returning job_id, tenant, stage, scene, generation
     ), difference as (
       select intent.*, $2::bigint - before.settled_micro_usd as amount from intent, before
     ), job as (
       update jobs set spent_micro_usd = spent_micro_usd + d.amount from difference d where jobs.job_id = d.job_id
     ), step as (
       update steps set cost_micro_usd = cost_micro_usd + d.amount from difference d
        where steps.job_id = d.job_id and steps.stage = d.stage and steps.scene is not distinct from d.scene and steps.generation = d.generation
     ), booked as (
       insert into ledger (tenant, job_id, operation_key, stage, scene, kind, amount_micro_usd, at)
       select tenant, job_id, $1, stage, scene, case when amount < 0 then 'refunded' else 'charged' end, amount, $3 from difference where amount <> 0
     )
     select 1 as corrected from intent`,
    [correction.operation_key, correction.cost_micro_usd, correction.now],
  );
  return rows.length > 0;
}

/** What a cancelled job's provider work came to. */
export interface CancelledWork {
  stage: StageName;
  scene: number | null;
  provider_family: string;
  cancel_result: CancelResult;
  cost_micro_usd: number;
}

/** Provider work of a job that a cancellation met, oldest first. */
export async function listCancelledWork(db: Db, jobId: string): Promise<CancelledWork[]> {
  const { rows } = await db.query<CancelledWork>(
    `select stage, scene, family as provider_family, cancel_result, coalesce(settled_micro_usd, 0) as cost_micro_usd from intents
      where job_id = $1 and cancel_result is not null order by created_at`,
    [jobId],
  );
  return rows;
}
