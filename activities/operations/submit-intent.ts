import { CancelledFailure } from '@temporalio/activity';
import type { OperationCall, PaidOperation } from '../../adapters/capabilities/paid-operation';
import type { ProviderFault } from '../../adapters/capabilities/provider-fault';
import { FAULTS, isProviderFault } from '../../adapters/capabilities/provider-fault';
import { loadIntent, markReady, markSending, recordProviderJob, type Intent } from '../../db/intents';
import { freeSlot } from '../../db/provider-slots';
import { settleIntent } from '../../db/settlements';
import { Pause } from './interruptions';
import { keepOutcome, untilKept } from './keep-outcome';
import { reconcile } from './reconcile';
import { callFor, type Shop } from './shop';
import { takePlace, whileHeld } from './take-place';

/** How long the provider may say that it is busy before that is a failure. */
const PATIENCE_MS = 6 * 3_600_000;

/** Sends a frozen request once and remembers what came of it before anything else is done. */
export async function submitIntent(shop: Shop, operation: PaidOperation, intent: Intent): Promise<Intent> {
  const { pool, now } = shop.deps;
  // What cannot be opened is known before anything can have been sent.
  for (const asset of Object.values(intent.request.assets)) await shop.open(asset);
  // Our own limits are no fault of the provider, so this may take as long as it takes.
  if (!(await takePlace(shop, intent))) throw new Pause(intent.family, { kind: 'capacity', charged: 'no' }, FAULTS.capacity.pause_ms);
  shop.signal.throwIfAborted();
  if (!(await markSending(pool, intent.operation_key, now()))) return refused(shop, intent);
  try {
    return await send(shop, operation, intent);
  } catch (error) {
    // Cancelled while bytes were on their way: whoever stops it says that it may have arrived.
    if (shop.signal.aborted && (!isProviderFault(error) || error.kind === 'submit_unknown')) throw error;
    return await notSent(shop, operation, { intent, error });
  }
}

async function send(shop: Shop, operation: PaidOperation, intent: Intent): Promise<Intent> {
  const call: OperationCall = callFor(shop, intent, shop.signal);
  const answer = await whileHeld(shop, intent, () => operation.submit(intent.request, call));
  if (answer.kind === 'finished') return keepOutcome(shop, operation, { intent, outcome: answer.outcome, call });
  await untilKept(shop, () => recordProviderJob(shop.deps.pool, intent.operation_key, answer.job));
  return reload(shop, intent);
}

/** Another attempt has sent it; or the job has ended, and nothing is to be sent for it any more. */
async function refused(shop: Shop, intent: Intent): Promise<Intent> {
  const current = await reload(shop, intent);
  if (current.status === 'ready') throw new CancelledFailure('the job has ended');
  return current;
}

/** The fault says whether anything was accepted; what is not a provider's fault came from our own code, after bytes may have left. */
async function notSent(shop: Shop, operation: PaidOperation, sent: { intent: Intent; error: unknown }): Promise<Intent> {
  const { intent, error } = sent;
  const current = await reload(shop, intent);
  if (current.status !== 'sending') throw error;
  if (!isProviderFault(error) || error.kind === 'submit_unknown') return reconcile(shop, operation, current);
  if (FAULTS[error.kind].retry === 'wait') return await waitForRoom(shop, intent, error);
  return settleFault(shop, intent, error);
}

/** Nothing was accepted: the same request goes out later, its reservation stands. */
async function waitForRoom(shop: Shop, intent: Intent, fault: ProviderFault): Promise<Intent> {
  const { pool, now } = shop.deps;
  if (now().getTime() - intent.created_at.getTime() > PATIENCE_MS) return settleFault(shop, intent, fault);
  await markReady(pool, intent.operation_key, fault.facts());
  await freeSlot(pool, intent.family, intent.operation_key);
  throw new Pause(intent.family, fault.facts(), Math.max(FAULTS[fault.kind].pause_ms, fault.retry_after_ms ?? 0));
}

/** Ends the try. What may have been billed counts with the price that was reserved. */
export async function settleFault(shop: Shop, intent: Intent, fault: ProviderFault, cost: number | null = null): Promise<Intent> {
  await settleIntent(shop.deps.pool, {
    operation_key: intent.operation_key,
    status: 'failed',
    fault: fault.facts(),
    cost_micro_usd: cost ?? (fault.charged === 'no' ? 0 : intent.reserved_micro_usd),
    possibly: cost === null && fault.charged === 'unknown',
    now: shop.deps.now(),
  });
  return reload(shop, intent);
}

export async function reload(shop: Shop, intent: Intent): Promise<Intent> {
  const current = await loadIntent(shop.deps.pool, intent.operation_key);
  if (!current) throw new Error('The record of a paid operation is gone.');
  return current;
}
