import { getClient } from '@temporalio/activity';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { hasUndelivered } from '../../db/outbox';
import { pokeStart } from '../../workflows/delivery-options';

/** A job as a poke needs it. */
export interface PokedJob {
  job_id: string;
  tenant: string;
  has_callback: boolean;
}

/** Tells delivery workflows that there is something to send. */
export interface Pokes {
  /**
   * To be called in an activity, after the transaction that stored an event. Returns at once and never fails: a poke is only
   * a hint, what is lost is found by the sweep.
   */
  request(job: PokedJob): void;
}

/** Pokes for one job within this time become one. */
const GATHER_MS = 100;

export function createPokes({ pool, log }: { pool: Pool; log: Logger }): Pokes {
  const gathering = new Set<string>();
  return {
    request: (job) => {
      if (!job.has_callback || gathering.has(job.job_id)) return;
      gathering.add(job.job_id);
      const { workflow } = getClient();
      setTimeout(() => {
        gathering.delete(job.job_id);
        poke(pool, workflow, job).catch((error: unknown) => {
          log.warn({ job_id: job.job_id, reason: error instanceof Error ? error.name : 'unknown' }, 'a delivery workflow could not be poked');
        });
      }, GATHER_MS).unref();
    },
  };
}

/** The delivery that runs may have sent everything meanwhile: then there is no reason to wake or start anything. */
async function poke(pool: Pool, workflow: ReturnType<typeof getClient>['workflow'], job: PokedJob): Promise<void> {
  if (!(await hasUndelivered(pool, job.job_id))) return;
  const { type, options } = pokeStart(job, { now: false });
  await workflow.signalWithStart(type, options);
}
