import type { Problem } from '../contracts/errors';
import type { FrozenPlan } from '../contracts/plan';
import type { Snapshot } from '../contracts/snapshot';
import type { JobStatus, JobType, Mode, StageName, StepStatus } from '../contracts/vocabulary';
import { ENDED } from './job-status-sets';
import { WITHOUT_WAIT } from './parked-steps';
import type { Db } from './pool';

/** A gate that waits for a decision, or a submit whose fate an operator has to settle. */
export interface AwaitedGate {
  gate: string;
  revision: number;
  since: string;
  scenes: number[];
  assets: string[];
  stage: string | null;
}

/** What the answer about a job is made of. */
export interface JobRow {
  job_id: string;
  tenant: string;
  job_type: JobType;
  contract: string;
  idempotency_key: string;
  status: JobStatus;
  mode: Mode | null;
  route: string;
  avatar_id: string | null;
  avatar_version: number | null;
  parent_job_id: string | null;
  plan: FrozenPlan;
  correlation: Record<string, string>;
  callback: { url: string; secret_ref: string } | null;
  priority: number;
  budget_micro_usd: number | null;
  estimated_micro_usd: number;
  spent_micro_usd: number;
  percent: number;
  current_stage: StageName | null;
  current_scene: number | null;
  scenes: number | null;
  result: Record<string, unknown> | null;
  error: Problem | null;
  last_sequence: number;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  open_gates: AwaitedGate[];
  /** The newest generation of each item. */
  items: { stage: StageName; scene: number | null; status: StepStatus }[];
}

const JOB = `
select j.job_id, j.tenant, j.job_type, j.contract, j.idempotency_key, j.status, j.mode, j.route, j.avatar_id, j.avatar_version,
  j.parent_job_id, j.plan, j.correlation, j.callback, j.priority, j.budget_micro_usd, j.estimated_micro_usd, j.spent_micro_usd, j.percent,
  j.current_stage, j.current_scene, j.scenes, j.result, j.error, j.last_sequence, j.created_at, j.started_at, j.finished_at,
  coalesce((select json_agg(json_build_object('gate', g.gate, 'revision', g.revision, 'since', g.opened_at,
    'scenes', g.scenes, 'assets', g.assets, 'stage', g.stage) order by g.opened_at, g.gate)
    from gates g where g.job_id = j.job_id and g.closed_at is null), '[]') as open_gates,
  coalesce((select json_agg(s) from (select distinct on (stage, scene) stage, scene, status from steps
    where job_id = j.job_id order by stage, scene, generation desc) s), '[]') as items
from jobs j`;

export async function findJob(db: Db, tenant: string, jobId: string): Promise<JobRow | null> {
  const { rows } = await db.query<JobRow>({
    name: 'find_job',
    text: `${JOB} where j.job_id = $1 and j.tenant = $2`,
    values: [jobId, tenant],
  });
  return rows[0] ?? null;
}

export interface JobFilter {
  status: JobStatus | null;
  job_type: JobType | null;
  avatar_id: string | null;
  /** Only jobs older than this id. */
  before: string | null;
  limit: number;
}

/** The status as answers show it: a decision that is awaited stands before a wait for money. */
const SHOWN = `case when j.status in ('accepted', 'running', 'waiting_for_budget')
  and exists (select 1 from gates g where g.job_id = j.job_id and g.closed_at is null) then 'waiting_for_approval' else j.status end`;

/** Newest first; ids sort by time. */
export async function listJobs(db: Db, tenant: string, filter: JobFilter): Promise<JobRow[]> {
  const { rows } = await db.query<JobRow>({
    name: 'list_jobs',
    text: `${JOB} where j.tenant = $1 and ($2::text is null or ${SHOWN} = $2) and ($3::text is null or j.job_type = $3)
      and ($4::text is null or j.avatar_id = $4) and ($5::text is null or j.job_id < $5) order by j.job_id desc limit $6`,
    values: [tenant, filter.status, filter.job_type, filter.avatar_id, filter.before, filter.limit],
  });
  return rows;
}

export interface SnapshotRow {
  job_id: string;
  job_type: JobType;
  status: JobStatus;
  snapshot: Snapshot;
  snapshot_sha256: string;
  plan: FrozenPlan;
  created_at: Date;
}

export async function findSnapshot(db: Db, tenant: string, jobId: string): Promise<SnapshotRow | null> {
  const { rows } = await db.query<SnapshotRow>({
    name: 'find_snapshot',
    text: 'select job_id, job_type, status, snapshot, snapshot_sha256, plan, created_at from jobs where job_id = $1 and tenant = $2',
    values: [jobId, tenant],
  });
  return rows[0] ?? null;
}

/** How far the event logs of some jobs are; the one query behind every long poll and stream of this process. */
export async function readSequences(
  db: Db,
  jobIds: string[],
): Promise<{ job_id: string; last_sequence: number; status: JobStatus }[]> {
  const { rows } = await db.query<{ job_id: string; last_sequence: number; status: JobStatus }>({
    name: 'read_sequences',
    text: 'select job_id, last_sequence, status from jobs where job_id = any($1)',
    values: [jobIds],
  });
  return rows;
}

/** True when the job had not ended; it stays `cancelling` until its workflow has settled what ran. */
export async function requestCancel(db: Db, jobId: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'request_cancel',
    text: `update jobs set status = 'cancelling', cancel_requested_at = coalesce(cancel_requested_at, $2)
      where job_id = $1 and status not in ${ENDED}`,
    values: [jobId, now],
  });
  return rowCount === 1;
}

/** Asks for the end of all open jobs of an avatar; their ids. */
export async function cancelJobsOfAvatar(db: Db, by: { tenant: string; avatar_id: string; now: Date }): Promise<string[]> {
  const { rows } = await db.query<{ job_id: string }>(
    `update jobs set status = 'cancelling', cancel_requested_at = coalesce(cancel_requested_at, $3)
      where tenant = $1 and avatar_id = $2 and status not in ${ENDED} returning job_id`,
    [by.tenant, by.avatar_id, by.now],
  );
  return rows.map((row) => row.job_id);
}

/** True when the job had not ended. */
export async function setBudget(db: Db, jobId: string, budgetMicroUsd: number): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'set_budget',
    text: `update jobs set budget_micro_usd = $2, status = case when status = 'waiting_for_budget' then ${WITHOUT_WAIT} else status end
      where job_id = $1 and status not in ${ENDED}`,
    values: [jobId, budgetMicroUsd],
  });
  return rowCount === 1;
}
