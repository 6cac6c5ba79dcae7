import { cancellationSignal, heartbeat, sleep } from '@temporalio/activity';
import { ENDED_STATUSES } from '../../contracts/vocabulary';
import { loadJobStatus } from '../../db/job-state';
import type { Deps } from '../deps';
import type { BookkeepingActivities } from './bookkeeping';

const LOOK_EVERY_MS = 2_000;

/** Waits until a job has ended in Postgres: for a workflow that lost sight of its pipeline by a reset. */
export function followJob(deps: Deps): BookkeepingActivities['follow_job'] {
  return async ({ job_id }) => {
    while (!cancellationSignal().aborted) {
      const status = await loadJobStatus(deps.pool, job_id);
      if (status === null || ENDED_STATUSES.includes(status)) return;
      heartbeat({ waiting_for: 'pipeline', status });
      await sleep(LOOK_EVERY_MS);
    }
  };
}
