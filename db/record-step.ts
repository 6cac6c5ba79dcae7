import { leaveNothingOpen, type Ending } from './job-state';
import { CLOSING } from './job-status-sets';
import { jsonOrNull } from './json-or-null';
import type { Db } from './pool';
import type { FinishedStep, OpenedStep } from './steps';

/** A whole attempt at a step: what opening it would have said, and what came of it. */
export interface RecordedStep {
  opened: OpenedStep;
  finished: FinishedStep;
  /** Of a job whose last step this is. */
  ending?: Ending | null;
}

/**
 * Records a step that was begun and finished before anybody wrote that it began: the step row, the job's progress, and
 * both progress events (`job.started` before them, once a job), in one statement and so in one transaction. With an ending
 * the job is completed by it, as `endJob` would.
 * @returns false, with nothing written, where the step is finished already or the job has ended
 */
export async function recordStep(db: Db, { opened, finished, ending = null }: RecordedStep): Promise<boolean> {
  const values = [
    finished.job_id,
    finished.stage,
    finished.scene,
    finished.generation,
    opened.revision,
    finished.status,
    opened.input_digest,
    opened.execution_key,
    opened.provider_family,
    opened.model,
    opened.now,
    finished.now,
    finished.output,
    finished.output_digest,
    JSON.stringify(finished.assets),
    opened.percent,
    finished.percent,
    finished.scenes,
    opened.event_ids[0],
    opened.event_ids[1],
    finished.event_id,
    JSON.stringify(opened.progress),
    JSON.stringify(finished.progress),
  ];
  const query = ending
    ? { name: 'record_last_step', text: RECORD_LAST, values: [...values, jsonOrNull(ending.result), JSON.stringify(ending.data), ending.event_id] }
    : { name: 'record_step', text: RECORD, values };
  const { rowCount } = await db.query(query);
  return (rowCount ?? 0) > 0;
}

const STEP = `
before as (
  select started_at is null as unstarted, last_sequence, last_event_at, percent, case when callback is null then null else 'pending' end as delivery
    from jobs where job_id = $1 and status not in ${CLOSING} for update
), step as (
  insert into steps (job_id, stage, scene, generation, revision, status, attempts, started_at, finished_at, input_digest,
    execution_key, provider_family, model, output, output_digest, assets)
  select $1, $2, $3::integer, $4, $5, $6, 1, $11::timestamptz, $12::timestamptz, $7, $8, $9, $10, $13::jsonb, $14, $15::jsonb from before
  on conflict (job_id, stage, scene, generation) do update set
    status = excluded.status, attempts = steps.attempts + 1, error = null,
    started_at = coalesce(steps.started_at, excluded.started_at), finished_at = excluded.finished_at,
    input_digest = excluded.input_digest, execution_key = excluded.execution_key, provider_family = excluded.provider_family,
    model = excluded.model, output = excluded.output, output_digest = excluded.output_digest, assets = excluded.assets
    where steps.status not in ('completed', 'reused')
  returning attempts
), told as (
  select last_sequence, delivery, unstarted::integer as starts, (attempts = 1)::integer as announces,
         greatest(last_event_at, $11::timestamptz) as begun_at, greatest(last_event_at, $11::timestamptz, $12::timestamptz) as ended_at,
         greatest(percent, $16::integer) as begun, greatest(percent, $17::integer) as ended
    from before, step
)`;

const PROGRESS = `started_at = coalesce(started_at, $11::timestamptz), current_stage = $2, current_scene = $3::integer,
    scenes = coalesce($18::integer, scenes)`;

const EVENTS = `
insert into events (event_id, job_id, sequence, type, timestamp, data, delivery)
select $19, $1, last_sequence + 1, 'job.started', begun_at, '{}'::jsonb, delivery from told where starts = 1
union all
select $20, $1, last_sequence + starts + 1, 'job.progress', begun_at, $22::jsonb || jsonb_build_object('percent', begun), delivery
  from told where announces = 1
union all
select $21, $1, last_sequence + starts + announces + 1, 'job.progress', ended_at, $23::jsonb || jsonb_build_object('percent', ended), delivery
  from told`;

const RECORD = `
with ${STEP}, job as (
  update jobs set ${PROGRESS}, status = case when status = 'accepted' then 'running' else status end, percent = told.ended,
    last_sequence = jobs.last_sequence + told.starts + told.announces + 1, last_event_at = told.ended_at
  from told where job_id = $1
)
${EVENTS}`;

const RECORD_LAST = `
with ${STEP}, job as (
  update jobs set ${PROGRESS}, status = 'completed', percent = 100, result = $24::jsonb, error = null, finished_at = $12::timestamptz,
    last_sequence = jobs.last_sequence + told.starts + told.announces + 2, last_event_at = told.ended_at
  from told where job_id = $1
), ${leaveNothingOpen({ at: '$12', ended: 'told', but: 'stage = $2 and scene is not distinct from $3::integer and generation = $4' })}
${EVENTS}
union all
select $26, $1, last_sequence + starts + announces + 2, 'job.completed', ended_at, $25::jsonb, delivery from told`;
