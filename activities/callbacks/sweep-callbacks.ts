import { getClient } from '@temporalio/activity';
import type { SweepRequest } from '../../contracts/sweeps';
import { listOverdue } from '../../db/outbox';
import { pokeStart } from '../../workflows/delivery-options';
import type { Deps } from '../deps';

/** What is younger is on its way by a poke. */
const OLDER_THAN_MS = 5_000;
const JOBS_A_SWEEP = 500;
const POKES_AT_ONCE = 8;

export interface CallbackReport {
  /** Jobs whose deliveries were woken or started (or, in a dry run, would be). */
  poked: string[];
  failed: string[];
}

export interface CallbackSweep {
  sweep_callbacks(request: SweepRequest): Promise<CallbackReport>;
}

/** Wakes or starts the delivery workflow of every job with an event that is overdue. */
export function sweepCallbacks(deps: Deps): CallbackSweep['sweep_callbacks'] {
  return async ({ dry_run = false, older_than_ms = OLDER_THAN_MS, tenant = null }) => {
    const report: CallbackReport = { poked: [], failed: [] };
    const jobs = await listOverdue(deps.pool, { before: new Date(deps.now().getTime() - older_than_ms), limit: JOBS_A_SWEEP, tenant });
    if (dry_run) return { ...report, poked: jobs.map((job) => job.job_id) };
    for (let at = 0; at < jobs.length; at += POKES_AT_ONCE) {
      await Promise.all(jobs.slice(at, at + POKES_AT_ONCE).map(async (job) => report[await poke(deps, job)].push(job.job_id)));
    }
    return report;
  };
}

async function poke(deps: Deps, job: { job_id: string; tenant: string }): Promise<keyof CallbackReport> {
  const { type, options } = pokeStart(job, { now: true });
  try {
    await getClient().workflow.signalWithStart(type, options);
    return 'poked';
  } catch (error) {
    deps.log.warn({ job_id: job.job_id, reason: error instanceof Error ? error.name : 'unknown' }, 'deliveries could not be woken');
    return 'failed';
  }
}
