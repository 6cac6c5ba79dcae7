import path from 'node:path';
import type { OperationCall, Outcome, OutcomeFile, PaidOperation } from '../../adapters/capabilities/paid-operation';
import type { AssetRef } from '../../contracts/media';
import type { StoredOutcome } from '../../contracts/operation';
import type { Intent } from '../../db/intents';
import { settleIntent } from '../../db/settlements';
import { callFor, type Shop } from './shop';
import { sleep } from './sleep';
import { reload } from './submit-intent';

/** What is paid must not be lost to a store that is away for a moment. */
const STORE_TRIES = 4;
const STORE_PAUSE_MS = 1_000;

/** Stores the bytes of a paid result, then ends the operation as succeeded with its cost. */
export async function keepOutcome(shop: Shop, operation: PaidOperation, made: { intent: Intent; outcome: Outcome; call?: OperationCall }): Promise<Intent> {
  const { intent, outcome } = made;
  const call = made.call ?? callFor(shop, intent, shop.signal);
  const files: StoredOutcome['files'] = {};
  for (const file of outcome.files) files[file.name] = await keepFile(shop, operation, { file, call });
  await settleIntent(shop.deps.pool, {
    operation_key: intent.operation_key,
    status: 'succeeded',
    outcome: { files, meta: outcome.meta },
    cost_micro_usd: isPrepaid(intent) ? 0 : outcome.cost_micro_usd,
    possibly: false,
    now: shop.deps.now(),
  });
  return reload(shop, intent);
}

/** Taken over from a cancelled job that has settled it already. */
function isPrepaid(intent: Intent): boolean {
  return intent.wire_key !== intent.operation_key && intent.reserved_micro_usd === 0;
}

async function keepFile(shop: Shop, operation: PaidOperation, kept: { file: OutcomeFile; call: OperationCall }): Promise<AssetRef> {
  const { file, call } = kept;
  const local = file.from === 'file' ? file.path : path.join(shop.dir(), `result-${file.name}`);
  if (file.from === 'url') {
    if (!operation.download) throw new Error(`${operation.family} gives addresses but cannot fetch them.`);
    await operation.download(file, local, call);
  }
  for (let left = STORE_TRIES; ; left -= 1) {
    try {
      return await shop.store(file.kind, { path: local, content_type: file.content_type });
    } catch (error) {
      if (left <= 1) throw error;
      await sleep(STORE_PAUSE_MS, shop.signal);
    }
  }
}
