import { CancelledFailure } from '@temporalio/activity';
import type { PaidOperation } from '../../adapters/capabilities/paid-operation';
import { digestOf } from '../../contracts/digest';
import type { IntentStatus, ProviderJob } from '../../contracts/operation';
import { findCapReached, saveWaitingForBudget, type CapReached } from '../../db/budget';
import { findAncestorIntent, findIntent, handOn, insertIntent, loadIntent, type Intent, type NewIntent } from '../../db/intents';
import { loadLineage, lockOpenJob } from '../../db/job-state';
import { inTransaction, type Db } from '../../db/pool';
import { bookReservation } from '../../db/settlements';
import type { Deps } from '../deps';
import { Parked } from './interruptions';
import { operationAddress, type Shop } from './shop';

/**
 * The intent of an operation: the one that an earlier attempt wrote, what an ancestor of the job began or finished, or a new
 * one, its request frozen and its price reserved before anything is sent.
 * @throws Parked when a cap leaves no room
 */
export async function openIntent(shop: Shop, operation: PaidOperation): Promise<Intent> {
  const known = await findIntent(shop.deps.pool, operationAddress(shop, operation));
  return known ?? (await takeOver(shop, operation)) ?? (await createIntent(shop, operation, 1));
}

/** Operations are told apart by what they are for, never by attempt or time; a repeat that was decided on has the next `try`. */
export function operationKey(shop: Shop, operation: PaidOperation, attempt: number): string {
  const { job_id, stage, scene, generation } = shop.task;
  const { family, part } = operation;
  const digest = digestOf({ job_id, stage, scene, generation, capability: shop.capability, family, part, try: attempt });
  return `op_${digest.slice('sha256:'.length, 'sha256:'.length + 40)}`;
}

/** What goes over the wire: nobody who knows the job can guess it, so that a report in its name comes from whom it was told. */
function wireKey(deps: Deps, key: string): string {
  return `${key}${deps.newId('event').slice(-18)}`;
}

/** Reserves the price and freezes the request of a new try. */
export async function createIntent(shop: Shop, operation: PaidOperation, attempt: number): Promise<Intent> {
  const { deps, job, task } = shop;
  const now = deps.now();
  const reserved = operation.estimate.high;
  const key = operationKey(shop, operation, attempt);
  const created = await inTransaction(deps.pool, async (db) => {
    if (!(await lockOpenJob(db, job.job_id))) throw new CancelledFailure('the job has ended');
    // Another worker on the same item may have been quicker: what it reserved needs no room again.
    const known = await loadIntent(db, key);
    if (known) return known;
    const reached = reserved === 0 ? null : await findCapReached(db, { job_id: job.job_id, tenant: job.tenant, needed_micro_usd: reserved, ...deps.money, now });
    if (reached) return await waitForBudget(db, shop, reached, now);
    const intent = await insertIntent(db, { ...newIntent(shop, operation, now), operation_key: key, wire_key: wireKey(deps, key), try: attempt, status: 'ready', reserved_micro_usd: reserved });
    if (intent) await bookReservation(db, { ...task, tenant: job.tenant, operation_key: key, amount_micro_usd: reserved, now });
    return intent;
  });
  if (created) return created;
  deps.pokes.request(job);
  throw new Parked('budget', reserved);
}

function newIntent(shop: Shop, operation: PaidOperation, now: Date): NewIntent {
  const empty = { provider_job: null, outcome: null, settled_micro_usd: null, sent_at: null };
  return {
    ...operationAddress(shop, operation),
    ...empty,
    operation_key: '',
    wire_key: '',
    try: 1,
    status: 'ready',
    reserved_micro_usd: 0,
    tenant: shop.job.tenant,
    capability: shop.capability,
    execution_key: shop.execution_key,
    request: operation.request,
    created_at: now,
  };
}

async function waitForBudget(db: Db, { deps, job, task }: Shop, reached: CapReached, now: Date): Promise<null> {
  const data = { awaiting: { stage: task.stage, scene: task.scene, ...reached } };
  await saveWaitingForBudget(db, { job_id: job.job_id, event_id: deps.newId('event'), data, now });
  return null;
}

/** A paid result, a running job or a submit of unknown fate of an ancestor becomes this job's; nothing of it is paid again. */
async function takeOver(shop: Shop, operation: PaidOperation): Promise<Intent | null> {
  const { deps, job, task } = shop;
  if (job.parent_job_id === null || task.take !== '') return null;
  const job_ids = await loadLineage(deps.pool, job.parent_job_id);
  return inTransaction(deps.pool, async (db) => {
    const ancestor = await findAncestorIntent(db, { job_ids, execution_key: shop.execution_key, family: operation.family, part: operation.part });
    if (!ancestor) return null;
    await handOn(db, ancestor.operation_key);
    return insertIntent(db, inherited(shop, operation, ancestor));
  });
}

function inherited(shop: Shop, operation: PaidOperation, ancestor: Intent): NewIntent {
  const { wire_key, request, outcome, reserved_micro_usd, sent_at } = ancestor;
  const provider_job = ancestor.provider_job ?? ancestor.reported;
  const status = statusOnward(ancestor.status, provider_job);
  return {
    ...newIntent(shop, operation, shop.deps.now()),
    ...{ wire_key, request, provider_job, outcome, sent_at, status },
    operation_key: operationKey(shop, operation, 1),
    // What a cancellation met too late was settled then, so this job pays nothing for it.
    reserved_micro_usd: ancestor.status === 'cancelled' ? 0 : reserved_micro_usd,
    settled_micro_usd: status === 'succeeded' ? 0 : null,
  };
}

/** What a cancellation met too late runs on, or may do so: then its fate is found out. */
function statusOnward(status: IntentStatus, job: ProviderJob | null): IntentStatus {
  if (status === 'succeeded') return status;
  if (job) return 'submitted';
  return status === 'cancelled' ? 'sending' : status;
}
