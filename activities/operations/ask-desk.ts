import type { JobDesk, OperationCall } from '../../adapters/capabilities/paid-operation';
import type { Intent } from '../../db/intents';
import type { Deps } from '../deps';
import { factsOf } from '../facts';
import { inScratchFolder } from '../scratch-folder';
import { callFor } from './shop';

const LIMIT_MS = 15_000;

/** Asks a family about an operation; null where it does not answer, or this worker has no account with it: the next sweep asks again. */
export async function askDesk<T>(deps: Deps, intent: Intent, ask: (desk: JobDesk, call: OperationCall) => Promise<T> | undefined): Promise<T | null> {
  try {
    const job = await factsOf(deps, intent.job_id);
    return await inScratchFolder(deps.scratch, async (dir) => {
      const shop = { deps, job, dir: () => dir, open: () => Promise.reject(new Error('A look-up opens no asset.')) };
      return (await ask(deps.adaptersOf(intent.family).desk, callFor(shop, intent, AbortSignal.timeout(LIMIT_MS)))) ?? null;
    });
  } catch {
    return null;
  }
}
