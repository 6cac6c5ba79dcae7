import { seedSteps } from '../../db/seeds';
import { inTransaction } from '../../db/pool';
import type { Deps } from '../deps';
import { factsOf } from '../facts';
import type { BookkeepingActivities } from './bookkeeping';

/** Takes over everything that the plan calls known from the parent job, in one transaction. */
export function seedPriorOutputs(deps: Deps): BookkeepingActivities['seed_prior_outputs'] {
  return async ({ job_id }) => {
    const job = await factsOf(deps, job_id);
    const parent = job.parent_job_id;
    if (parent === null) return;
    const now = deps.now();
    await inTransaction(deps.pool, async (db) => {
      for (const row of job.plan.rows) {
        if (row.known !== 'all' && row.known.length === 0) continue;
        await seedSteps(db, { job_id, from_job_id: parent, stage: row.stage, scenes: row.known === 'all' ? null : row.known, now });
      }
    });
  };
}
