import type { PaidOperation } from '../../adapters/capabilities/paid-operation';
import { isProviderFault, ProviderFault } from '../../adapters/capabilities/provider-fault';
import type { ProviderJob } from '../../contracts/operation';
import { saveAwaiting } from '../../db/gates';
import { markReady, recordProviderJob, type Intent } from '../../db/intents';
import { inTransaction } from '../../db/pool';
import { freeSlot } from '../../db/provider-slots';
import { parkUnknown } from '../../db/unknown-submits';
import { awaitingOf } from '../jobs/awaiting';
import { Parked, Pause } from './interruptions';
import { callFor, type Shop } from './shop';
import { sleep } from './sleep';
import { reload, settleFault } from './submit-intent';

const LOOK_EVERY_MS = 1_000;
/** A look-up by reference may lag behind the submit by this much. */
const FIND_GRACE_MS = 10_000;
/** A provider that cannot be asked is asked again after this, and for so long; then an operator decides. */
const ASK_AGAIN_MS = 5_000;
const ASK_FOR_MS = 10 * 60_000;

/**
 * Finds out what became of a request that may have been sent. It is sent again only where that cannot be billed twice: the
 * provider knows its key, has no job of its reference, or it is so cheap that a second bill is accepted and counted.
 */
export async function reconcile(shop: Shop, operation: PaidOperation, intent: Intent): Promise<Intent> {
  const { dedupe } = operation.traits;
  if (dedupe === 'idempotency_key' || dedupe === 'deterministic') return sendAgain(shop, intent);
  if (dedupe === 'client_reference' && operation.find) {
    return (await lookUp(shop, operation, intent)) ?? (await sendAgain(shop, intent));
  }
  const reported = dedupe === 'webhook' ? await waitForReport(shop, intent) : null;
  return reported ?? (await decideByPrice(shop, operation, intent));
}

async function sendAgain(shop: Shop, intent: Intent): Promise<Intent> {
  await markReady(shop.deps.pool, intent.operation_key, null);
  return reload(shop, intent);
}

/**
 * Asks until the grace is over, counted from now, because a submit may have hung for a while: only then does "there is no such
 * job" mean that it never arrived. No answer means nothing.
 */
async function lookUp(shop: Shop, operation: PaidOperation, intent: Intent): Promise<Intent | null> {
  const until = shop.deps.now().getTime() + Math.min(FIND_GRACE_MS, shop.deps.money.reconcile_wait_ms);
  for (;;) {
    const found = await find(shop, operation, intent);
    if (found && !(found instanceof ProviderFault)) {
      await recordProviderJob(shop.deps.pool, intent.operation_key, found);
      return reload(shop, intent);
    }
    if (shop.deps.now().getTime() >= until) return found === null ? null : askLater(shop, intent, found);
    await sleep(LOOK_EVERY_MS, shop.signal);
  }
}

/** The job, null where the provider says that there is none, or why it could not say. */
async function find(shop: Shop, operation: PaidOperation, intent: Intent): Promise<ProviderJob | ProviderFault | null> {
  try {
    return (await operation.find?.(intent.request, callFor(shop, intent, shop.signal))) ?? null;
  } catch (error) {
    if (isProviderFault(error)) return error;
    throw error;
  }
}

async function askLater(shop: Shop, intent: Intent, fault: ProviderFault): Promise<never> {
  if (shop.deps.now().getTime() - sentAt(intent) > ASK_FOR_MS) return parkUnknownSubmit(shop, intent);
  throw new Pause(intent.family, fault.facts(), ASK_AGAIN_MS);
}

async function waitForReport(shop: Shop, intent: Intent): Promise<Intent | null> {
  if (shop.deps.money.webhookUrl(intent.family, intent.wire_key) === null) return null;
  const until = sentAt(intent) + shop.deps.money.reconcile_wait_ms;
  for (;;) {
    const { reported } = await reload(shop, intent);
    if (reported) {
      await recordProviderJob(shop.deps.pool, intent.operation_key, reported);
      return reload(shop, intent);
    }
    if (shop.deps.now().getTime() >= until) return null;
    shop.progress(0, 'waits for the provider’s report on a request of unknown fate');
    await sleep(LOOK_EVERY_MS, shop.signal);
  }
}

function sentAt(intent: Intent): number {
  return (intent.sent_at ?? intent.created_at).getTime();
}

async function decideByPrice(shop: Shop, operation: PaidOperation, intent: Intent): Promise<Intent> {
  if (operation.estimate.high < shop.deps.money.resubmit_below_micro_usd) {
    return settleFault(shop, intent, new ProviderFault(intent.family, { kind: 'submit_unknown', charged: 'unknown' }));
  }
  return parkUnknownSubmit(shop, intent);
}

/**
 * Shows the item to operators, with the event that tells the backend somebody has to decide.
 * @throws Parked; where the submit was settled meanwhile, the next look at the item finds that
 */
export async function parkUnknownSubmit(shop: Shop, intent: Intent): Promise<never> {
  const { deps, job, task } = shop;
  const now = deps.now();
  await inTransaction(deps.pool, async (db) => {
    const opened = await parkUnknown(db, { ...task, operation_key: intent.operation_key, now });
    if (!opened) return;
    await freeSlot(db, intent.family, intent.operation_key);
    await saveAwaiting(db, { job_id: job.job_id, awaiting: await awaitingOf(db, job.job_id), announce: true, now, event_id: deps.newId('event') });
  });
  deps.pokes.request(job);
  throw new Parked('submit_unknown');
}
