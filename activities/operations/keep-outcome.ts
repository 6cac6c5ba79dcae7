import path from 'node:path';
import type { OperationCall, Outcome, OutcomeFile, PaidOperation } from '../../adapters/capabilities/paid-operation';
import type { AssetRef } from '../../contracts/media';
import type { StoredOutcome } from '../../contracts/operation';
import type { Intent } from '../../db/intents';
import { settleIntent } from '../../db/settlements';
import { callFor, type Shop } from './shop';
import { sleep } from './sleep';
import { reload } from './submit-intent';

/** What is paid must not be lost to a store or a database that is away for a while. */
const KEEP_TRYING_MS = 60_000;
const KEEP_PAUSE_MS = 1_000;

/** Stores the bytes of a paid result, then ends the operation as succeeded with its cost. */
export async function keepOutcome(shop: Shop, operation: PaidOperation, made: { intent: Intent; outcome: Outcome; call?: OperationCall }): Promise<Intent> {
  const { intent, outcome } = made;
  const call = made.call ?? callFor(shop, intent, shop.signal);
  const files: StoredOutcome['files'] = {};
  for (const file of outcome.files) files[file.name] = await keepFile(shop, operation, { file, call });
  const { meta, cost_micro_usd } = outcome;
  const { pool, now } = shop.deps;
  await untilKept(shop, () => settleIntent(pool, { operation_key: intent.operation_key, status: 'succeeded', outcome: { files, meta }, cost_micro_usd, possibly: false, now: now() }));
  return reload(shop, intent);
}

/** Does it again for a minute where it fails: what it would keep is paid and cannot be had again for nothing. */
export async function untilKept<Kept>(shop: Shop, keep: () => Promise<Kept>): Promise<Kept> {
  const until = shop.deps.now().getTime() + KEEP_TRYING_MS;
  for (;;) {
    try {
      return await keep();
    } catch (error) {
      if (shop.deps.now().getTime() >= until) throw error;
      await sleep(KEEP_PAUSE_MS, shop.signal);
    }
  }
}

async function keepFile(shop: Shop, operation: PaidOperation, kept: { file: OutcomeFile; call: OperationCall }): Promise<AssetRef> {
  const { file, call } = kept;
  const local = file.from === 'file' ? file.path : path.join(shop.dir(), `result-${file.name}`);
  if (file.from === 'url') {
    if (!operation.download) throw new Error(`${operation.family} gives addresses but cannot fetch them.`);
    await operation.download(file, local, call);
  }
  return untilKept(shop, () => shop.store(file.kind, { path: local, content_type: file.content_type }));
}
