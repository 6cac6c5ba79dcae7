import type { StageName } from '../contracts/vocabulary';
import { CLOSING } from './job-status-sets';
import type { Db } from './pool';

/** An item that waits for money or for news, and nothing of it is unknown any more. */
export interface ParkedStep {
  job_id: string;
  tenant: string;
  stage: StageName;
  scene: number | null;
  /** What it wants to reserve; null where it waited for an operator, who has decided. */
  needed_micro_usd: number | null;
}

/** Parked items of open jobs, oldest first. */
export async function listParkedSteps(db: Db, wanted: { tenant: string | null; limit: number }): Promise<ParkedStep[]> {
  const { rows } = await db.query<ParkedStep>(
    `select s.job_id, j.tenant, s.stage, s.scene, s.needed_micro_usd from steps s join jobs j using (job_id)
      where s.status = 'pending' and s.waits > 0 and j.status not in ${CLOSING} and ($1::text is null or j.tenant = $1)
        and not exists (select 1 from intents i where i.job_id = s.job_id and i.stage = s.stage and i.scene is not distinct from s.scene and i.status = 'unknown')
      order by s.position limit $2`,
    [wanted.tenant, wanted.limit],
  );
  return rows;
}

/** What a job is that does not wait for money any more. */
export const WITHOUT_WAIT = `case when exists (select 1 from gates g where g.job_id = jobs.job_id and g.closed_at is null) then 'waiting_for_approval' else 'running' end`;

/** A job that may go on does not wait for money any more. */
export async function endWaitForBudget(db: Db, jobId: string): Promise<void> {
  await db.query(`update jobs set status = ${WITHOUT_WAIT} where job_id = $1 and status = 'waiting_for_budget'`, [jobId]);
}
