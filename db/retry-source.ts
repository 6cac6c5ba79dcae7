import type { FrozenPlan } from '../contracts/plan';
import type { Snapshot } from '../contracts/snapshot';
import type { Decision, Gate, JobStatus, JobType, Mode, StageName } from '../contracts/vocabulary';
import type { Db } from './pool';

export interface PriorItem {
  stage: StageName;
  scene: number | null;
  /** Made from inputs that have changed since. */
  stale: boolean;
}

/** What a retry needs to know of the job it resumes. */
export interface RetrySource {
  job_id: string;
  job_type: JobType;
  status: JobStatus;
  mode: Mode | null;
  route: string;
  avatar_id: string | null;
  avatar_version: number | null;
  avatar_revoked: boolean;
  snapshot: Snapshot;
  plan: FrozenPlan;
  scenes: number | null;
  /** Items whose newest generation is finished and still there: retention may have erased what it left behind. */
  finished: PriorItem[];
  /** Decisions that took effect, oldest first. */
  decisions: { gate: Gate; decision: Decision; revision: number; scenes: number[] | null }[];
}

/** Null where the tenant has no such job. */
export async function findRetrySource(db: Db, tenant: string, jobId: string): Promise<RetrySource | null> {
  const { rows } = await db.query<RetrySource>(
    `select j.job_id, j.job_type, j.status, j.mode, j.route, j.avatar_id, j.avatar_version, j.snapshot, j.plan, j.scenes,
       exists (select 1 from avatars a where a.avatar_id = j.avatar_id and a.revoked_at is not null) as avatar_revoked,
       coalesce((select json_agg(json_build_object('stage', s.stage, 'scene', s.scene, 'stale', s.stale)) from
         (select distinct on (stage, scene) stage, scene, status, assets, stale from steps where job_id = j.job_id order by stage, scene, generation desc) s
         where s.status in ('completed', 'reused') and not exists (select 1 from jsonb_array_elements(s.assets) asset
           join assets a on a.asset_id = asset ->> 'asset_id' and a.erased_at is not null)), '[]') as finished,
       coalesce((select json_agg(json_build_object('gate', d.gate, 'decision', d.decision, 'revision', d.revision, 'scenes', d.scenes) order by d.settled_at, d.created_at)
         from decisions d where d.job_id = j.job_id and d.fate = 'applied'), '[]') as decisions
     from jobs j where j.job_id = $2 and j.tenant = $1`,
    [tenant, jobId],
  );
  return rows[0] ?? null;
}
