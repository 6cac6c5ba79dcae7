import type { CancelResult, JobDesk } from '../../adapters/capabilities/paid-operation';
import { isProviderFault } from '../../adapters/capabilities/provider-fault';
import type { ProviderJob } from '../../contracts/operation';
import { loadIntent, recordProviderJob, type Intent } from '../../db/intents';
import { settleIntent } from '../../db/settlements';
import { callFor, type Shop } from './shop';

/** A cancelled job does not wait longer for a provider that does not answer. */
const LIMIT_MS = 15_000;

/**
 * Ends an operation whose job was cancelled: its provider job is cancelled where that is possible, and what it costs is
 * settled: nothing for what was never sent, the provider's own figure where it says one, else the price that was reserved.
 */
export async function stopOperation(shop: Pick<Shop, 'deps' | 'job' | 'dir' | 'open'>, desk: JobDesk, operationKey: string): Promise<void> {
  const intent = await loadIntent(shop.deps.pool, operationKey);
  if (!intent || !['ready', 'sending', 'submitted', 'unknown'].includes(intent.status)) return;
  const stopped = await stopAtProvider(shop, desk, intent);
  const cost = stopped.cost ?? (stopped.result === 'cancelled' ? 0 : intent.reserved_micro_usd);
  await settleIntent(shop.deps.pool, {
    operation_key: operationKey,
    status: 'cancelled',
    cancel_result: stopped.result,
    cost_micro_usd: cost,
    possibly: stopped.cost === null && stopped.result !== 'cancelled',
    now: shop.deps.now(),
  });
}

interface Stopped {
  result: CancelResult;
  /** Null where the provider did not say. */
  cost: number | null;
}

async function stopAtProvider(shop: Pick<Shop, 'deps' | 'job' | 'dir' | 'open'>, desk: JobDesk, intent: Intent): Promise<Stopped> {
  if (intent.status === 'ready') return { result: 'cancelled', cost: 0 };
  const call = callFor(shop, intent, AbortSignal.timeout(LIMIT_MS));
  const job = intent.provider_job ?? intent.reported ?? (await find(shop, desk, { intent, call }));
  if (!job || !desk.cancel) return { result: job ? 'unsupported' : 'too_late', cost: null };
  const result = await quietly(() => desk.cancel?.(job, intent.request, call), 'too_late' as const);
  return { result, cost: await finalCost(desk, { job, intent, call }) };
}

type Call = ReturnType<typeof callFor>;

async function find(shop: Pick<Shop, 'deps'>, desk: JobDesk, at: { intent: Intent; call: Call }): Promise<ProviderJob | null> {
  const found = await quietly(() => desk.find?.(at.intent.request, at.call), null);
  if (found) await recordProviderJob(shop.deps.pool, at.intent.operation_key, found);
  return found;
}

/** What the provider says that the job came to; null while it does not say. */
async function finalCost(desk: JobDesk, at: { job: ProviderJob; intent: Intent; call: Call }): Promise<number | null> {
  const state = await quietly(() => desk.poll?.(at.job, at.intent.request, at.call), null);
  if (state === null || state.kind === 'pending') return null;
  return state.kind === 'succeeded' ? state.outcome.cost_micro_usd : state.cost_micro_usd;
}

/** A provider that does not answer keeps nobody from cancelling. */
async function quietly<T>(ask: () => Promise<T> | undefined, otherwise: T): Promise<T> {
  try {
    return (await ask()) ?? otherwise;
  } catch (error) {
    if (isProviderFault(error) || (error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name))) return otherwise;
    throw error;
  }
}
