import { inTransaction } from '../../db/pool';
import type { Intent } from '../../db/intents';
import { renewSlot, takeTurn, type Turn } from '../../db/provider-slots';
import type { MoneySettings } from './money-settings';
import type { Shop } from './shop';
import { sleep } from './sleep';

/** A lost worker's places are free again after this. */
export const LEASE_MS = 90_000;
/** Waits here so long before the stage gives its own slot back and asks again later. */
const WAIT_HERE_MS = 4_000;
const LOOK_EVERY_MS = 400;
/** Until it comes back, its place in the queue is kept this long. */
const ABSENCE_MS = 3_000;

/** Waits for one of the places that the provider's account has, over all workers. False when none came free. */
export async function takePlace(shop: Shop, intent: Intent): Promise<boolean> {
  const limits = shop.deps.money.limitsOf(intent.family);
  if (!limits) return true;
  const until = shop.deps.now().getTime() + WAIT_HERE_MS;
  for (;;) {
    if ((await ask(shop, intent, limits)) === 'taken') return true;
    if (shop.deps.now().getTime() >= until) return false;
    await sleep(LOOK_EVERY_MS, shop.signal);
  }
}

function ask({ deps, job }: Shop, intent: Intent, limits: { max_in_flight: number; requests_per_minute: number }): Promise<Turn> {
  const { family, operation_key } = intent;
  const place = { family, operation_key, tenant: job.tenant, ...limits, lease_ms: LEASE_MS, wait_ms: WAIT_HERE_MS + ABSENCE_MS, now: deps.now() };
  return inTransaction(deps.pool, (db) => takeTurn(db, place));
}

/** What of a shop it takes to hold a place. */
export interface Holder {
  deps: Pick<Shop['deps'], 'pool' | 'now'> & { money: Pick<MoneySettings, 'limitsOf'> };
  job: Pick<Shop['job'], 'tenant'>;
}

/**
 * Keeps an operation's place while `work` runs, which may last longer than the lease. A renewal that fails now is tried again
 * before the lease ends; none is under way any more when this returns.
 * @param every_ms time between renewals
 */
export async function whileHeld<Result>({ deps, job }: Holder, intent: Pick<Intent, 'family' | 'operation_key'>, work: () => Promise<Result>, every_ms = LEASE_MS / 3): Promise<Result> {
  if (!deps.money.limitsOf(intent.family)) return work();
  const { family, operation_key } = intent;
  let renewal = Promise.resolve();
  const renew = (): void => {
    renewal = renewal.then(() => renewSlot(deps.pool, { family, operation_key, tenant: job.tenant, lease_ms: LEASE_MS, now: deps.now() })).catch(() => undefined);
  };
  const timer = setInterval(renew, every_ms);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await renewal;
  }
}
