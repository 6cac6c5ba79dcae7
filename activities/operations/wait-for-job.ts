import type { JobState, Outcome, PaidOperation } from '../../adapters/capabilities/paid-operation';
import { FAULTS, isProviderFault, ProviderFault } from '../../adapters/capabilities/provider-fault';
import type { ProviderJob } from '../../contracts/operation';
import type { Intent } from '../../db/intents';
import { renewSlot } from '../../db/provider-slots';
import { settleIntent } from '../../db/settlements';
import { Pause } from './interruptions';
import { keepOutcome } from './keep-outcome';
import { callFor, type Shop } from './shop';
import { sleep } from './sleep';
import { reload, settleFault } from './submit-intent';
import { LEASE_MS } from './take-place';

/** A provider's job that runs longer is given up; what it costs counts. */
const LONGEST_MS = 6 * 3_600_000;
const LONGEST_PAUSE_MS = 15_000;
/** Looks, and the time over them, after which what was not found is gone. */
const GONE_LOOKS = 3;
const GONE_MS = 30_000;
/** A provider that will not tell us about our own job is asked again after this. */
const REFUSED_PAUSE_MS = 30_000;
/** How often the record is read while waiting, so that a provider's report ends the wait early. */
const LOOK_EVERY_MS = 1_000;

/** Waits for a provider's job, keeps its result and settles it. Asking costs nothing, so a provider that is away is only asked again. */
export async function waitForJob(shop: Shop, operation: PaidOperation, intent: Intent): Promise<Intent> {
  const job = intent.provider_job;
  if (!job) throw new Error('A submitted operation has no job.');
  const absence = new Absence(shop);
  for (let looks = 0; ; looks += 1) {
    shop.signal.throwIfAborted();
    if (isOverdue(shop, intent)) return await giveUp(shop, operation, { intent, job });
    await renewSlot(shop.deps.pool, { ...intent, lease_ms: LEASE_MS, now: shop.deps.now() });
    const seen = await look(shop, operation, { intent, job });
    if (seen.kind === 'ended') return seen.intent;
    if (absence.isCertain(seen.kind === 'gone')) return settleFault(shop, intent, new ProviderFault(intent.family, { kind: 'expired', charged: 'unknown' }));
    const { percent, next_poll_ms } = seen.kind === 'pending' ? seen : NOT_TOLD;
    shop.progress(percent ?? 0, `${intent.family} works on it`);
    const settled = await waitOrHear(shop, intent, next_poll_ms ?? growing(shop.deps.money.poll_ms, looks));
    if (settled) return settled;
  }
}

type Pending = Extract<JobState, { kind: 'pending' }>;
/** What one look gave: how far the job is, its end, settled, or that it, or its result, was not to be found. */
type Seen = Pending | { kind: 'ended'; intent: Intent } | { kind: 'gone' };

/** The provider could not be asked just now, or had nothing to say. */
const NOT_TOLD: Pending = { kind: 'pending', percent: null, next_poll_ms: null };

/** Believes that a job or its result is gone only when it was not to be found several times over a while: one 404 is soon said. */
class Absence {
  private looks = 0;
  private since = 0;
  constructor(private readonly shop: Shop) {}

  isCertain(isGone: boolean): boolean {
    const now = this.shop.deps.now().getTime();
    if (!isGone) this.looks = 0;
    else if (this.looks++ === 0) this.since = now;
    return this.looks >= GONE_LOOKS && now - this.since >= Math.min(GONE_MS, this.shop.deps.money.reconcile_wait_ms);
  }
}

/** It has run for too long: it is cancelled where that is possible, and neither repeated nor given to another provider, as it may be billed. */
async function giveUp(shop: Shop, operation: PaidOperation, at: { intent: Intent; job: ProviderJob }): Promise<Intent> {
  const { intent, job } = at;
  await operation.cancel?.(job, intent.request, callFor(shop, intent, shop.signal)).catch(() => undefined);
  const fault = { kind: 'timeout', charged: 'unknown' } as const;
  await settleIntent(shop.deps.pool, { operation_key: intent.operation_key, status: 'abandoned', fault, cost_micro_usd: intent.reserved_micro_usd, possibly: true, now: shop.deps.now() });
  return reload(shop, intent);
}

async function look(shop: Shop, operation: PaidOperation, at: { intent: Intent; job: ProviderJob }): Promise<Seen> {
  const { intent } = at;
  const state = await poll(shop, operation, at);
  if (state.kind === 'pending' || state.kind === 'gone') return state;
  if (state.kind === 'succeeded') return keep(shop, operation, { intent, outcome: state.outcome });
  // Where somebody cancelled it at the provider, the work is wanted still: it is a job that is lost.
  const fault = state.kind === 'failed' ? state.fault : ({ kind: 'expired', charged: 'unknown' } as const);
  return { kind: 'ended', intent: await settleFault(shop, intent, new ProviderFault(intent.family, fault), state.cost_micro_usd) };
}

/**
 * Asks for the job's state. What waiting may not mend, such as a key that was changed, is looked at again later as well: the
 * job runs and is paid, so nobody else is to do it.
 */
async function poll(shop: Shop, operation: PaidOperation, at: { intent: Intent; job: ProviderJob }): Promise<JobState | { kind: 'gone' }> {
  if (!operation.poll) throw new Error(`${operation.family} gives jobs but cannot be asked about them.`);
  try {
    return await operation.poll(at.job, at.intent.request, callFor(shop, at.intent, shop.signal));
  } catch (error) {
    if (!isProviderFault(error)) throw error;
    if (error.kind === 'expired') return { kind: 'gone' };
    const passes = FAULTS[error.kind].retry === 'wait' || ['down', 'timeout', 'protocol', 'submit_unknown'].includes(error.kind);
    if (passes) return NOT_TOLD;
    throw new Pause(at.intent.family, error.facts(), REFUSED_PAUSE_MS);
  }
}

async function keep(shop: Shop, operation: PaidOperation, made: { intent: Intent; outcome: Outcome }): Promise<Seen> {
  const { intent, outcome } = made;
  try {
    return { kind: 'ended', intent: await keepOutcome(shop, operation, made) };
  } catch (error) {
    if (!isProviderFault(error)) throw error;
    // The result is paid and lies there: it is fetched again, by a fresh address, and never made again, unless it is no good.
    if (error.kind === 'expired') return { kind: 'gone' };
    if (error.kind === 'bad_output') return { kind: 'ended', intent: await settleFault(shop, intent, error, outcome.cost_micro_usd) };
    throw new Pause(intent.family, error.facts(), FAULTS.down.pause_ms);
  }
}

function isOverdue(shop: Shop, intent: Intent): boolean {
  return shop.deps.now().getTime() - (intent.sent_at ?? intent.created_at).getTime() > LONGEST_MS;
}

function growing(first: number, looks: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.round(first * 1.4 ** looks));
}

/** Ends early when the provider has reported, or when somebody has settled the operation, with that record. */
async function waitOrHear(shop: Shop, intent: Intent, ms: number): Promise<Intent | null> {
  const until = shop.deps.now().getTime() + ms;
  for (;;) {
    const left = until - shop.deps.now().getTime();
    if (left <= 0) return null;
    await sleep(Math.min(left, LOOK_EVERY_MS), shop.signal);
    const current = await reload(shop, intent);
    if (current.status !== 'submitted') return current;
    if (current.reported && !intent.reported) {
      intent.reported = current.reported;
      return null;
    }
  }
}
