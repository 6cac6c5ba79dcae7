import type { FrozenPlan } from '../contracts/plan';
import type { JobType } from '../contracts/vocabulary';
import type { Db } from './pool';

/** What a workflow start needs of a job. */
export interface StartableJob {
  job_id: string;
  tenant: string;
  job_type: JobType;
  route: string;
  avatar_id: string | null;
  priority: number;
  plan: FrozenPlan;
  parent_job_id: string | null;
}

/** Accepted jobs that no worker has begun yet, oldest first, without those that are being started now. */
export async function listUnstarted(db: Db, query: { before: Date; limit: number; except: string[]; tenant: string | null }): Promise<StartableJob[]> {
  const { rows } = await db.query<StartableJob>({
    name: 'list_unstarted',
    text: `select job_id, tenant, job_type, route, avatar_id, priority, plan, parent_job_id from jobs
      where started_at is null and status = 'accepted' and created_at < $1 and job_id <> all($3) and ($4::text is null or tenant = $4)
      order by created_at limit $2`,
    values: [query.before, query.limit, query.except, query.tenant],
  });
  return rows;
}

/** Jobs that somebody cancelled and that have not ended; `unstarted` ones may not even have a workflow. */
export async function listCancelling(db: Db, limit: number): Promise<(StartableJob & { unstarted: boolean })[]> {
  const { rows } = await db.query<StartableJob & { unstarted: boolean }>({
    name: 'list_cancelling',
    text: `select job_id, tenant, job_type, route, avatar_id, priority, plan, parent_job_id, started_at is null as unstarted
      from jobs where status = 'cancelling' order by created_at limit $1`,
    values: [limit],
  });
  return rows;
}
