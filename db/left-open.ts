import { ENDED } from './job-status-sets';
import type { Db } from './pool';

/** Paid work that is still open though its job has ended, and since when it is nobody's. */
export interface LeftOpen {
  operation_key: string;
  ended_at: Date;
}

/**
 * Operations of jobs that ended before `before` which are neither settled nor taken over by a resumed job, oldest end first.
 * Those of unknown fate are among them only where the job ended before `given_up_before`: until then somebody may find out.
 */
export async function listLeftOpen(db: Db, wanted: { before: Date; given_up_before: Date; tenant: string | null; limit: number }): Promise<LeftOpen[]> {
  const { rows } = await db.query<LeftOpen>(
    `select i.operation_key, j.finished_at as ended_at from intents i join jobs j using (job_id)
      where i.status in ('ready', 'sending', 'submitted', 'unknown') and j.status in ${ENDED} and j.finished_at < $1
        and (i.status in ('ready', 'submitted') or i.reported is not null or j.finished_at < $2)
        and ($3::text is null or i.tenant = $3)
      order by j.finished_at, i.operation_key limit $4`,
    [wanted.before, wanted.given_up_before, wanted.tenant, wanted.limit],
  );
  return rows;
}
