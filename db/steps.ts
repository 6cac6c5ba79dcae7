import type { AssetKind } from '../contracts/media';
import type { StageName, StepStatus } from '../contracts/vocabulary';
import { CLOSING, ENDED } from './job-status-sets';
import type { Db } from './pool';

/** Statements of the hot path are named, so that each connection plans them once. */

/** Where a step stands: one row per job, stage, scene and generation. */
export interface StepAddress {
  job_id: string;
  stage: StageName;
  scene: number | null;
  generation: number;
}

/** An asset of a step, as `GET /v1/jobs/{id}/stages` shows it. */
export interface StepAsset {
  kind: AssetKind;
  asset_id: string;
}

export interface StartedStep {
  status: StepStatus;
  /** Without those that only waited. */
  attempts: number;
  output: unknown;
  output_digest: string | null;
  execution_key: string | null;
  /** False where the job has ended meanwhile (cancelled, closed): the work must not be done. */
  job_open: boolean;
}

/** A step's attempt as it begins. */
export interface OpenedStep extends StepAddress {
  revision: number;
  input_digest: string;
  execution_key: string;
  provider_family: string | null;
  model: string | null;
  now: Date;
  percent: number;
  event_ids: [string, string];
  /** `data` of the progress event without the percentage, which the job row decides. */
  progress: Record<string, unknown>;
  scenes: number | null;
}

/**
 * Opens a step's attempt in one statement: the step row, the job's progress, and on the first attempt the events
 * `job.started` (once a job) and `job.progress`. A step that is finished already is left as it is and returned.
 */
export async function startStep(db: Db, step: OpenedStep): Promise<StartedStep> {
  const { rows } = await db.query<StartedStep>({ name: 'start_step', text: START, values: [
    step.job_id,
    step.stage,
    step.scene,
    step.generation,
    step.revision,
    step.input_digest,
    step.execution_key,
    step.provider_family,
    step.model,
    step.now,
    step.percent,
    step.event_ids[0],
    step.event_ids[1],
    JSON.stringify(step.progress),
    step.scenes,
  ] });
  const started = rows[0];
  if (!started) throw new Error(`There is no job ${step.job_id}.`);
  return started;
}

const START = `
with before as (
  select job_id, started_at, last_sequence, greatest(last_event_at, $10) as event_at, callback, percent,
         status not in ${CLOSING} as open
    from jobs where job_id = $1 for update
), step as (
  insert into steps (job_id, stage, scene, generation, revision, status, attempts, started_at, input_digest, execution_key, provider_family, model)
  select $1, $2, $3::integer, $4, $5, 'running', 1, $10, $6, $7, $8, $9 from before where open
  on conflict (job_id, stage, scene, generation) do update set
    attempts = case when steps.status in ('completed', 'reused') then steps.attempts else steps.attempts + 1 end,
    status = case when steps.status in ('completed', 'reused') then steps.status else 'running' end,
    error = case when steps.status in ('completed', 'reused') then steps.error else null end,
    started_at = coalesce(steps.started_at, excluded.started_at),
    input_digest = case when steps.status in ('completed', 'reused') then steps.input_digest else excluded.input_digest end,
    execution_key = case when steps.status in ('completed', 'reused') then steps.execution_key else excluded.execution_key end,
    provider_family = case when steps.status in ('completed', 'reused') then steps.provider_family else excluded.provider_family end,
    model = case when steps.status in ('completed', 'reused') then steps.model else excluded.model end
  returning status, attempts, waits, output, output_digest, execution_key
), existing as (
  select status, attempts, waits, output, output_digest, execution_key from steps
   where job_id = $1 and stage = $2 and scene is not distinct from $3::integer and generation = $4
     and not exists (select 1 from step)
), first as (
  select (before.started_at is null)::integer as starts, (step.attempts = 1 and step.status = 'running')::integer as announces
    from before, step
), job as (
  update jobs set
    status = case when jobs.status = 'accepted' then 'running' else jobs.status end,
    started_at = coalesce(jobs.started_at, $10),
    percent = greatest(jobs.percent, $11),
    current_stage = $2, current_scene = $3::integer, scenes = coalesce($15::integer, jobs.scenes),
    last_sequence = jobs.last_sequence + first.starts + first.announces,
    last_event_at = case when first.starts + first.announces > 0 then before.event_at else jobs.last_event_at end
  from first, before where jobs.job_id = $1
  returning jobs.percent
), started as (
  insert into events (event_id, job_id, sequence, type, timestamp, data, delivery)
  select $12, $1, before.last_sequence + 1, 'job.started', before.event_at, '{}'::jsonb, case when before.callback is null then null else 'pending' end
    from before, first where first.starts = 1
), progressed as (
  insert into events (event_id, job_id, sequence, type, timestamp, data, delivery)
  select $13, $1, before.last_sequence + first.starts + 1, 'job.progress', before.event_at,
         $14::jsonb || jsonb_build_object('percent', job.percent), case when before.callback is null then null else 'pending' end
    from before, first, job where first.announces = 1
)
select coalesce(step.status, existing.status, 'cancelled') as status, coalesce(step.attempts - step.waits, existing.attempts - existing.waits, 0) as attempts,
       coalesce(step.output, existing.output) as output, coalesce(step.output_digest, existing.output_digest) as output_digest,
       coalesce(step.execution_key, existing.execution_key) as execution_key, before.open as job_open
  from before left join step on true left join existing on true`;

export interface FinishedStep extends StepAddress {
  status: Extract<StepStatus, 'completed' | 'reused'>;
  /** The document as JSON. */
  output: string;
  output_digest: string;
  assets: StepAsset[];
  reused_from: { job_id: string; generation: number } | null;
  now: Date;
  percent: number;
  event_id: string;
  progress: Record<string, unknown>;
  scenes: number | null;
}

/**
 * Finishes a step with its event and the job's progress in one statement. What it cost stands in its record already: each paid
 * operation was settled by itself.
 * @returns false, with nothing written, where the step is finished already or the job has ended
 */
export async function finishStep(db: Db, step: FinishedStep): Promise<boolean> {
  const { rowCount } = await db.query({ name: 'finish_step', text: FINISH, values: [
    step.job_id,
    step.stage,
    step.scene,
    step.generation,
    step.status,
    step.output,
    step.output_digest,
    JSON.stringify(step.assets),
    step.reused_from === null ? null : JSON.stringify(step.reused_from),
    step.now,
    step.percent,
    step.event_id,
    JSON.stringify(step.progress),
    step.scenes,
  ] });
  return (rowCount ?? 0) > 0;
}

const FINISH = `
with before as (
  select from jobs where job_id = $1 and status not in ${ENDED} for update
), step as (
  update steps set status = $5, output = $6::jsonb, output_digest = $7, assets = $8::jsonb,
         reused_from = $9::jsonb, finished_at = $10, error = null,
         attempts = case when $5 = 'reused' then 0 else attempts end
   where job_id = $1 and stage = $2 and scene is not distinct from $3::integer and generation = $4
     and status not in ('completed', 'reused') and exists (select from before)
  returning 1
), job as (
  update jobs set percent = greatest(percent, $11),
         scenes = coalesce($14::integer, scenes), last_sequence = last_sequence + 1,
         last_event_at = greatest(last_event_at, $10)
   where job_id = $1 and exists (select 1 from step)
  returning last_sequence, last_event_at, percent, callback
)
insert into events (event_id, job_id, sequence, type, timestamp, data, delivery)
select $12, $1, job.last_sequence, 'job.progress', job.last_event_at, $13::jsonb || jsonb_build_object('percent', job.percent),
       case when job.callback is null then null else 'pending' end
  from job`;

/**
 * Keeps an attempt's error, and marks the step as failed where it has had `most` attempts; waits are none. Returns whether the
 * step is failed now; null where there is no such open step.
 */
export async function recordStepError(db: Db, step: StepAddress & { error: unknown; most: number; now: Date }): Promise<boolean | null> {
  const { rows } = await db.query<{ failed: boolean }>(
    `update steps set error = $5::jsonb, status = case when attempts - waits >= $6 then 'failed' else status end,
            finished_at = case when attempts - waits >= $6 then $7 else finished_at end
      where job_id = $1 and stage = $2 and scene is not distinct from $3::integer and generation = $4 and status not in ('completed', 'reused')
     returning status = 'failed' as failed`,
    [step.job_id, step.stage, step.scene, step.generation, JSON.stringify(step.error), step.most, step.now],
  );
  return rows[0]?.failed ?? null;
}

/** An attempt that only waited: it does not count as one. `pending` where the item waits for somebody's decision. */
export async function recordWait(db: Db, step: StepAddress, wait: { status: Extract<StepStatus, 'running' | 'pending'>; needed_micro_usd?: number | null }): Promise<void> {
  await db.query(
    `update steps set waits = waits + 1, status = $5, needed_micro_usd = $6
      where job_id = $1 and stage = $2 and scene is not distinct from $3::integer and generation = $4 and status not in ('completed', 'reused')`,
    [step.job_id, step.stage, step.scene, step.generation, wait.status, wait.needed_micro_usd ?? null],
  );
}

/** Who could not, who takes over, with which models (null where they are not known), and why. */
export interface Failover {
  family: string;
  next: string;
  model: string | null;
  next_model: string | null;
  code: string;
  reason: string;
}

/** A family could not, and another takes over; what the first one cost is added up here. */
export async function recordFailover(db: Db, step: StepAddress, failover: Failover): Promise<void> {
  await db.query(
    `update steps set failover = failover || jsonb_build_array(jsonb_build_object('cost_micro_usd', coalesce((
         select sum(settled_micro_usd) from intents where intents.job_id = steps.job_id and intents.stage = steps.stage
           and intents.scene is not distinct from steps.scene and intents.generation = steps.generation and intents.family = $5::jsonb ->> 'family'), 0)) || $5::jsonb)
      where job_id = $1 and stage = $2 and scene is not distinct from $3::integer and generation = $4`,
    [step.job_id, step.stage, step.scene, step.generation, JSON.stringify(failover)],
  );
}

/** Outputs of a job's finished steps, by stage, scene and generation, as a stage's input needs them. */
export async function loadOutputs(
  db: Db,
  jobId: string,
  stages: StageName[],
): Promise<{ stage: StageName; scene: number | null; generation: number; output: unknown }[]> {
  if (stages.length === 0) return [];
  const { rows } = await db.query({
    name: 'load_outputs',
    text: `select stage, scene, generation, output from steps
      where job_id = $1 and stage = any($2) and status in ('completed', 'reused') order by stage, scene, generation`,
    values: [jobId, stages],
  });
  return rows;
}

export interface PriorStep extends StepAddress {
  output: unknown;
  output_digest: string;
  assets: StepAsset[];
  provider_family: string | null;
  model: string | null;
}

/** A finished step of the same work among a job's ancestors, for reuse by execution key. */
export async function findFinishedByKey(db: Db, jobIds: string[], executionKey: string): Promise<PriorStep | null> {
  const { rows } = await db.query<PriorStep>(
    `select job_id, stage, scene, generation, output, output_digest, assets, provider_family, model from steps
      where execution_key = $2 and job_id = any($1) and status in ('completed', 'reused') order by position desc limit 1`,
    [jobIds, executionKey],
  );
  return rows[0] ?? null;
}
