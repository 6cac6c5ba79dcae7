import { CancelledFailure } from '@temporalio/activity';
import type { PaidOperation } from '../../adapters/capabilities/paid-operation';
import { FAULTS, ProviderFault, type FaultKind } from '../../adapters/capabilities/provider-fault';
import { ERRORS } from '../../contracts/errors';
import type { StoredOutcome } from '../../contracts/operation';
import type { Intent } from '../../db/intents';
import { StageFault } from '../faults';
import { Pause } from './interruptions';
import { createIntent, openIntent } from './open-intent';
import { parkUnknownSubmit, reconcile } from './reconcile';
import type { Shop } from './shop';
import { stopOperation } from './stop-operation';
import { submitIntent } from './submit-intent';
import { waitForJob } from './wait-for-job';

/**
 * Carries out one paid operation so that it is paid once, whatever crashes: each step begins from the intent's record and
 * leaves it one step further. The story: reserve and freeze, send, remember the provider's job, wait, keep the result, settle.
 * @throws ProviderFault for good, Pause for a while, Parked until somebody decides
 */
export async function runOperation(shop: Shop, operation: PaidOperation): Promise<StoredOutcome> {
  let intent = await openIntent(shop, operation);
  try {
    while (intent.outcome === null || intent.status !== 'succeeded') intent = await advance(shop, operation, intent);
    return intent.outcome;
  } catch (error) {
    if (shop.isCancelled()) await stopOperation(shop, operation, intent.operation_key);
    throw error;
  }
}

function advance(shop: Shop, operation: PaidOperation, intent: Intent): Promise<Intent> {
  switch (intent.status) {
    case 'ready':
      return submitIntent(shop, operation, intent);
    case 'sending':
      // Not by this attempt: a worker died, or stopped, while bytes may have been on their way.
      return reconcile(shop, operation, intent);
    case 'submitted':
      return waitForJob(shop, operation, intent);
    case 'unknown':
      return parkUnknownSubmit(shop, intent);
    case 'failed':
      return repeatOrGiveUp(shop, operation, intent);
    case 'cancelled':
      // A worker that has not heard of it yet must not buy it again.
      throw new CancelledFailure('the job was cancelled');
    case 'succeeded':
    case 'abandoned':
    case 'handed_on':
      throw givenUp(intent);
  }
}

/** The end without a failover: what was begun at this provider may still be billed. */
function givenUp({ fault }: Intent): StageFault {
  const { code } = FAULTS[fault?.kind ?? 'submit_unknown'];
  return new StageFault(code, ERRORS[code].sentence);
}

/** What the fault table allows: another try with a price of its own, a pause before it, or the end. */
async function repeatOrGiveUp(shop: Shop, operation: PaidOperation, intent: Intent): Promise<Intent> {
  const fault = intent.fault ?? { kind: 'expired' as const, charged: 'unknown' as const };
  const rule = FAULTS[fault.kind];
  const mayRepeat = isUncertain(fault.kind) ? operation.estimate.high < shop.deps.money.resubmit_below_micro_usd : rule.retry === 'repeat';
  const most = fault.kind === 'submit_unknown' ? UNKNOWN_TRIES : rule.attempts;
  if (!mayRepeat || intent.try >= most) throw new ProviderFault(intent.family, fault);
  const pause = Math.max(rule.pause_ms * 2 ** (intent.try - 1), fault.retry_after_ms ?? 0);
  const left = (intent.settled_at?.getTime() ?? 0) + pause - shop.deps.now().getTime();
  if (left > 0) throw new Pause(intent.family, fault, left);
  return createIntent(shop, operation, intent.try + 1);
}

/** Where the first try may have been billed for nothing, the price decides whether there is another. */
function isUncertain(kind: FaultKind): boolean {
  return kind === 'submit_unknown' || kind === 'expired';
}

/** Cheap submits of unknown fate are repeated this often in all; each try counts as possibly billed. */
const UNKNOWN_TRIES = 3;
