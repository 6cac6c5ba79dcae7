import { findReferenced } from './asset-references';
import { markErased } from './assets';
import type { Db } from './pool';

export interface EndedQuery {
  before: Date;
  tenant: string | null;
  limit: number;
}

/** Jobs that ended before `before`, whose events are all delivered or given up, and that still have some. */
export async function listJobsWithOldEvents(db: Db, query: EndedQuery): Promise<string[]> {
  const { rows } = await db.query<{ job_id: string }>({
    name: 'list_jobs_with_old_events',
    text: `select job_id from jobs j where finished_at < $1 and ($2::text is null or tenant = $2)
        and exists (select 1 from events e where e.job_id = j.job_id)
        and not exists (select 1 from events e where e.job_id = j.job_id and e.delivery = 'pending')
      order by finished_at limit $3`,
    values: [query.before, query.tenant, query.limit],
  });
  return rows.map((row) => row.job_id);
}

/** Forgets the events of jobs and every attempt to deliver them. Needs a transaction. */
export async function deleteEvents(db: Db, jobIds: string[]): Promise<void> {
  await db.query('delete from deliveries where job_id = any($1)', [jobIds]);
  await db.query('delete from events where job_id = any($1)', [jobIds]);
}

/** A job that ended long ago and whose intermediate assets are still there. */
export interface ThinnableJob {
  job_id: string;
  tenant: string;
}

export async function listThinnable(db: Db, query: EndedQuery): Promise<ThinnableJob[]> {
  const { rows } = await db.query<ThinnableJob>({
    name: 'list_thinnable_jobs',
    text: `select job_id, tenant from jobs where finished_at < $1 and thinned_at is null and ($2::text is null or tenant = $2)
      order by finished_at limit $3`,
    values: [query.before, query.tenant, query.limit],
  });
  return rows;
}

/** What the stages of these jobs (of one tenant) left behind, or got from providers, and nothing else refers to; results are referred to. */
export async function listIntermediates(db: Db, tenant: string, jobIds: string[]): Promise<string[]> {
  const { rows } = await db.query<{ asset_id: string }>(
    `with texts as (
       select assets::text as text from steps where job_id = any($2)
       union all select outcome::text from intents where job_id = any($2)
     )
     select distinct asset_id from texts, regexp_matches(text, 'as_[0-9a-f]{32}', 'g') match
       join assets on asset_id = match[1] where tenant = $1 and erased_at is null`,
    [tenant, jobIds],
  );
  const asset_ids = rows.map((row) => row.asset_id);
  const referenced = await findReferenced(db, { tenant, asset_ids, except_jobs: jobIds });
  return asset_ids.filter((assetId) => !referenced.has(assetId));
}

/** Erases what `listIntermediates` lists; work of these jobs is found by its key no more. Needs a transaction. */
export async function thinJobs(db: Db, tenant: string, jobs: { job_ids: string[]; now: Date }): Promise<string[]> {
  const assetIds = await listIntermediates(db, tenant, jobs.job_ids);
  await markErased(db, tenant, assetIds, jobs.now);
  await db.query('update steps set execution_key = null where job_id = any($1)', [jobs.job_ids]);
  await db.query('update intents set execution_key = operation_key where job_id = any($1)', [jobs.job_ids]);
  await db.query('update jobs set thinned_at = $2 where job_id = any($1)', [jobs.job_ids, jobs.now]);
  return assetIds;
}
