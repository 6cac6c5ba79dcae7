import type { JobDesk } from '../../adapters/capabilities/paid-operation';
import { listOpenIntents } from '../../db/intents';
import type { JobFacts } from '../../db/job-state';
import { listCancelledWork, type CancelledWork } from '../../db/settlements';
import type { StageName } from '../../contracts/vocabulary';
import type { Deps } from '../deps';
import { stopOperation } from '../operations/stop-operation';
import { inScratchFolder } from '../scratch-folder';

/** What a cancellation came to, as the job's result shows it. */
export interface Cancellation {
  stopped: { stage: StageName; scene: number | null; provider_family: string; cost_micro_usd: number }[];
  /** Work that runs on, or had run, at a provider, and what it cost. */
  not_stopped: { stage: StageName; scene: number | null; provider_family: string; cost_micro_usd: number }[];
}

/**
 * Stops what a cancelled job still has under way at providers (work that ran was stopped by its own activity, this is what
 * waited between two attempts) and adds up what could be stopped, what not, and what that cost.
 */
export async function stopPaidWork(deps: Deps, job: JobFacts): Promise<Cancellation> {
  const open = await listOpenIntents(deps.pool, job.job_id);
  if (open.length > 0) await inScratchFolder(deps.scratch, async (dir) => {
    const shop = { deps, job, dir: () => dir, open: () => Promise.reject(new Error('A cancellation opens no asset.')) };
    await Promise.all(open.map((intent) => stopOperation(shop, deskOf(deps, intent.family), intent.operation_key)));
  });
  const work = await listCancelledWork(deps.pool, job.job_id);
  return { stopped: work.filter(wasStopped).map(shown), not_stopped: work.filter((item) => !wasStopped(item)).map(shown) };
}

/** A worker without this family's account can stop nothing there, but it can say so. */
function deskOf(deps: Deps, family: string): JobDesk {
  try {
    return deps.adaptersOf(family).desk;
  } catch {
    return {};
  }
}

function wasStopped({ cancel_result }: CancelledWork): boolean {
  return cancel_result === 'cancelled';
}

function shown({ stage, scene, provider_family, cost_micro_usd }: CancelledWork): Cancellation['stopped'][number] {
  return { stage, scene, provider_family, cost_micro_usd };
}
