import { CancelledFailure } from '@temporalio/activity';
import type { StageResult, StageTask } from '../contracts/plan';
import type { StageOutputs } from '../contracts/stages';
import type { StageName } from '../contracts/vocabulary';
import type { JobFacts } from '../db/job-state';
import { inTransaction, type Db } from '../db/pool';
import { recordStep } from '../db/record-step';
import { finishStep, startStep, type FinishedStep, type OpenedStep, type StartedStep, type StepAddress } from '../db/steps';
import type { AnyInputRow } from '../workflows/tables';
import type { Deps } from './deps';
import { StageFault } from './faults';
import { completeJob, endingWith } from './jobs/complete-job';
import type { AnyWork, Performer } from './stage-work';

/** One attempt at one item of a job. */
export interface Attempt {
  deps: Deps;
  task: StageTask;
  job: JobFacts;
  row: AnyInputRow;
  work: AnyWork;
  /** Who does it: the plan's first choice, or the next one after a failover. */
  family: string;
}

/** The document of whatever stage. */
export type AnyOutput = StageOutputs[StageName];

/** What is known before the work begins. */
export interface Prepared {
  input: unknown;
  input_digest: string;
  execution_key: string;
  adapter: Performer | null;
  begun_at: Date;
}

/** What became of the work, or of an ancestor's. */
export type Done = Pick<FinishedStep, 'status' | 'output' | 'output_digest' | 'assets' | 'reused_from'> & { value: AnyOutput };

/** Free work that was begun so often and never ended takes its workers down with it. */
const MOST_BEGUN = 20;

/** Whether doing it in vain costs nobody anything. */
export function isFree({ adapter }: Prepared): boolean {
  return adapter === null || adapter.traits.cost === 'free';
}

/** Opens the step's attempt; the result where the step is finished already, null where there is work to do. */
export async function open(attempt: Attempt, prepared: Prepared): Promise<StageResult | null> {
  const started = await startStep(attempt.deps.pool, openedStep(attempt, prepared));
  attempt.deps.pokes.request(attempt.job);
  if (started.status === 'completed' || started.status === 'reused') return takeFinished(attempt, started);
  if (!started.job_open) throw new CancelledFailure('the job has ended');
  if (isFree(prepared) && started.attempts > MOST_BEGUN) throw new StageFault('stage_failed', `The stage was begun ${MOST_BEGUN} times and its worker was lost each time.`);
  return null;
}

function openedStep({ deps, task, row }: Attempt, prepared: Prepared): OpenedStep {
  const { job_id, stage, scene, generation } = task;
  return {
    job_id,
    stage,
    scene,
    generation,
    revision: task.revision,
    input_digest: prepared.input_digest,
    execution_key: prepared.execution_key,
    provider_family: prepared.adapter?.family ?? null,
    model: prepared.adapter?.model ?? null,
    now: prepared.begun_at,
    percent: task.percent.before,
    event_ids: [deps.newId('event'), deps.newId('event')],
    progress: progressOf(task, row, 'running'),
    scenes: task.scenes,
  };
}

export function addressOf(task: StageTask): StepAddress {
  return { job_id: task.job_id, stage: task.stage, scene: task.scene, generation: task.generation };
}

function progressOf(task: StageTask, row: AnyInputRow, status: string): Record<string, unknown> {
  return { stage: task.stage, label: row.label, scene: task.scene, scenes: task.scenes, status };
}

/** The step is finished: a crash after its transaction, or a reset of the workflow. Nothing is done again. */
async function takeFinished(attempt: Attempt, step: StartedStep): Promise<StageResult> {
  const { deps, task } = attempt;
  if (task.final) await inTransaction(deps.pool, (db) => completeJob(db, deps, attempt.job));
  return resultOf(attempt, step.output as AnyOutput, step.output_digest ?? '');
}

/** Finishes a step that is open. Another attempt's result where that was first; throws where the job has ended meanwhile. */
export async function finish(attempt: Attempt, prepared: Prepared, done: Done): Promise<StageResult> {
  const step = finishedStep(attempt, done);
  const alone = !attempt.work.commit && !attempt.task.final;
  const stored = await store(attempt, { prepared, done, now: step.now, alone }, (db) => finishStep(db, step));
  if (stored) return resultOf(attempt, done.value, done.output_digest);
  const finished = await open(attempt, prepared);
  if (!finished) throw new Error('A step that is open could not be finished.');
  return finished;
}

/** Records a step that nobody opened; null where it is finished already or the job has ended. */
export async function record(attempt: Attempt, prepared: Prepared, done: Done): Promise<StageResult | null> {
  const { deps, task, job } = attempt;
  const finished = finishedStep(attempt, done);
  const opened = openedStep(attempt, prepared);
  const alone = !attempt.work.commit;
  const ending = task.final && alone ? await endingWith(deps, job, { task, output: done.value }) : null;
  const recorded = await store(attempt, { prepared, done, now: finished.now, alone }, (db) => recordStep(db, { opened, finished, ending }));
  return recorded ? resultOf(attempt, done.value, done.output_digest) : null;
}

interface Written {
  prepared: Prepared;
  done: Done;
  now: Date;
  /** Its statement says everything. */
  alone: boolean;
}

async function store(attempt: Attempt, written: Written, write: (db: Db) => Promise<boolean>): Promise<boolean> {
  const stored = await inOneTransaction(attempt, written, write);
  if (stored) attempt.deps.facts.outputs.keep(addressOf(attempt.task), written.done.output);
  return stored;
}

/** One statement is its own transaction; only a stage with rows of its own, or a last one that was open, needs an explicit one. */
function inOneTransaction(
  { deps, task, work, job }: Attempt,
  { prepared, done, now, alone }: Written,
  write: (db: Db) => Promise<boolean>,
): Promise<boolean> {
  if (alone) return write(deps.pool);
  return inTransaction(deps.pool, async (db) => {
    const written = await write(db);
    if (written) await work.commit?.(db, { output: done.value, input: prepared.input, job, now });
    if (written && task.final) await completeJob(db, deps, job);
    return written;
  });
}

function finishedStep({ deps, task, row, work }: Attempt, done: Done): FinishedStep {
  const { job_id, stage, scene, generation } = task;
  const { status, output, output_digest, assets, reused_from } = done;
  return {
    job_id,
    stage,
    scene,
    generation,
    status,
    output,
    output_digest,
    assets,
    reused_from,
    now: deps.now(),
    percent: task.percent.after,
    event_id: deps.newId('event'),
    progress: progressOf(task, row, done.status),
    scenes: work.scenes?.(done.value) ?? task.scenes,
  };
}

function resultOf({ task, work }: Attempt, output: AnyOutput, digest: string): StageResult {
  const scenes = work.scenes?.(output);
  const short = digest.slice('sha256:'.length, 'sha256:'.length + 16);
  return { kind: 'done', generation: task.generation, digest: short, ...(scenes === undefined ? {} : { scenes }) };
}
