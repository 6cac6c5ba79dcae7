import type { FrozenPlan } from '../contracts/plan';
import type { JobStatus, StageName } from '../contracts/vocabulary';
import { ENDED } from './job-status-sets';
import type { Db } from './pool';

/** A job that has not ended, as the sweep for lost jobs sees it. */
export interface OpenJob {
  job_id: string;
  status: JobStatus;
}

/** Every job that has not ended and was accepted before `before`. */
export async function listOpenJobs(db: Db, before: Date, tenant: string | null): Promise<OpenJob[]> {
  const { rows } = await db.query<OpenJob>({
    name: 'list_open_jobs',
    text: `select job_id, status from jobs where status not in ${ENDED} and created_at < $1
        and ($2::text is null or tenant = $2) order by job_id`,
    values: [before, tenant],
  });
  return rows;
}

/** Those of the named jobs that ended before `before`. */
export async function filterEnded(db: Db, jobIds: string[], ended: { before: Date; tenant: string | null }): Promise<string[]> {
  const { rows } = await db.query<{ job_id: string }>({
    name: 'filter_ended',
    text: `select job_id from jobs where job_id = any($1) and status in ${ENDED} and finished_at < $2
        and ($3::text is null or tenant = $3) order by job_id`,
    values: [jobIds, ended.before, ended.tenant],
  });
  return rows.map((row) => row.job_id);
}

export interface ResumePoint {
  plan: FrozenPlan;
  scenes: number | null;
  /** Items whose newest generation is finished. */
  finished: { stage: StageName; scene: number | null }[];
}

/** What says from where an unfinished job could be resumed; null where there is no such job. */
export async function loadResumePoint(db: Db, jobId: string): Promise<ResumePoint | null> {
  const { rows } = await db.query<ResumePoint>({
    name: 'load_resume_point',
    text: `select j.plan, j.scenes, coalesce((select json_agg(json_build_object('stage', s.stage, 'scene', s.scene)) from
        (select distinct on (stage, scene) stage, scene, status from steps where job_id = j.job_id order by stage, scene, generation desc) s
        where s.status in ('completed', 'reused')), '[]') as finished
      from jobs j where j.job_id = $1`,
    values: [jobId],
  });
  return rows[0] ?? null;
}
