import { inTransaction } from '../../db/pool';
import type { Intent } from '../../db/intents';
import { takeTurn, type Turn } from '../../db/provider-slots';
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
