import type { JobState, PaidOperation } from '../../adapters/capabilities/paid-operation';
import { FAULTS, isProviderFault, ProviderFault } from '../../adapters/capabilities/provider-fault';
import type { ProviderJob } from '../../contracts/operation';
import type { Intent } from '../../db/intents';
import { renewSlot } from '../../db/provider-slots';
import { Pause } from './interruptions';
import { keepOutcome } from './keep-outcome';
import { callFor, type Shop } from './shop';
import { sleep } from './sleep';
import { reload, settleFault } from './submit-intent';
import { LEASE_MS } from './take-place';

/** A provider's job that runs longer is given up; what it costs counts. */
const LONGEST_MS = 6 * 3_600_000;
const LONGEST_PAUSE_MS = 15_000;
/** How often the record is read while waiting, so that a provider's report ends the wait early. */
const LOOK_EVERY_MS = 1_000;

/** Waits for a provider's job, keeps its result and settles it. Asking costs nothing, so a provider that is away is only asked again. */
export async function waitForJob(shop: Shop, operation: PaidOperation, intent: Intent): Promise<Intent> {
  const job = intent.provider_job;
  if (!job) throw new Error('A submitted operation has no job.');
  for (let looks = 0; ; looks += 1) {
    shop.signal.throwIfAborted();
    await renewSlot(shop.deps.pool, { ...intent, lease_ms: LEASE_MS, now: shop.deps.now() });
    const state = await look(shop, operation, { intent, job });
    if (state && state.kind !== 'pending') return await end(shop, operation, { intent, state });
    if (isOverdue(shop, intent)) return settleFault(shop, intent, new ProviderFault(intent.family, { kind: 'timeout', charged: 'unknown' }));
    shop.progress(state?.percent ?? 0, `${intent.family} works on it`);
    await waitOrHear(shop, intent, state?.next_poll_ms ?? growing(shop.deps.money.poll_ms, looks));
  }
}

/** The job's state; null where the provider could not be asked just now. A fault that waiting cannot mend ends the stage, not the job. */
async function look(shop: Shop, operation: PaidOperation, at: { intent: Intent; job: ProviderJob }): Promise<JobState | null> {
  if (!operation.poll) throw new Error(`${operation.family} gives jobs but cannot be asked about them.`);
  try {
    return await operation.poll(at.job, at.intent.request, callFor(shop, at.intent, shop.signal));
  } catch (error) {
    if (!isProviderFault(error)) throw error;
    if (error.kind === 'expired') return { kind: 'failed', fault: error.facts(), cost_micro_usd: null };
    const passes = FAULTS[error.kind].retry === 'wait' || ['down', 'timeout', 'protocol', 'submit_unknown'].includes(error.kind);
    if (passes) return null;
    throw error;
  }
}

async function end(shop: Shop, operation: PaidOperation, ended: { intent: Intent; state: Exclude<JobState, { kind: 'pending' }> }): Promise<Intent> {
  const { intent, state } = ended;
  if (state.kind === 'failed') return settleFault(shop, intent, new ProviderFault(intent.family, state.fault), state.cost_micro_usd);
  if (state.kind === 'cancelled') {
    // Somebody cancelled it at the provider: the work is wanted still, so it is a job that is lost.
    return settleFault(shop, intent, new ProviderFault(intent.family, { kind: 'expired', charged: 'unknown' }), state.cost_micro_usd);
  }
  try {
    return await keepOutcome(shop, operation, { intent, outcome: state.outcome });
  } catch (error) {
    if (!isProviderFault(error)) throw error;
    // The result is paid and lies there: it is fetched again, never made again, unless it is no good or gone.
    if (error.kind === 'bad_output' || error.kind === 'expired') return settleFault(shop, intent, error, state.outcome.cost_micro_usd);
    throw new Pause(intent.family, error.facts(), FAULTS.down.pause_ms);
  }
}

function isOverdue(shop: Shop, intent: Intent): boolean {
  return shop.deps.now().getTime() - (intent.sent_at ?? intent.created_at).getTime() > LONGEST_MS;
}

function growing(first: number, looks: number): number {
  return Math.min(LONGEST_PAUSE_MS, Math.round(first * 1.4 ** looks));
}

/** Ends early when the provider has reported, or somebody has settled the operation. */
async function waitOrHear(shop: Shop, intent: Intent, ms: number): Promise<void> {
  const until = shop.deps.now().getTime() + ms;
  for (;;) {
    const left = until - shop.deps.now().getTime();
    if (left <= 0) return;
    await sleep(Math.min(left, LOOK_EVERY_MS), shop.signal);
    const current = await reload(shop, intent);
    if (current.reported && !intent.reported) {
      intent.reported = current.reported;
      return;
    }
  }
}
