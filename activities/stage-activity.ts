import { activityInfo, ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { digestOf } from '../contracts/digest';
import type { FrozenPlan, StageResult, StageTask, TableName } from '../contracts/plan';
import type { StageOutputs } from '../contracts/stages';
import type { StageName } from '../contracts/vocabulary';
import { loadLineage, type JobFacts } from '../db/job-state';
import { inTransaction } from '../db/pool';
import { findFinishedByKey, finishStep, startStep, type FinishedStep, type PriorStep, type StartedStep } from '../db/steps';
import { rowOf, type AnyInputRow } from '../workflows/tables';
import { resolveInput } from './stage-input';
import type { Deps } from './deps';
import { factsOf } from './facts';
import { faultOf, recordFault } from './faults';
import { completeJob } from './jobs/complete-job';
import type { AnyWork } from './stage-work';
import { openWorkshop, type Workshop } from './workshop';

/** Work by table and stage. */
export type WorkByTable = Record<TableName, Partial<Record<StageName, AnyWork>>>;

interface Attempt {
  deps: Deps;
  task: StageTask;
  job: JobFacts;
  row: AnyInputRow;
  work: AnyWork;
  /** Who does it: the plan's first choice, or the next one after a failover. */
  family: string;
}

interface Prepared {
  input: unknown;
  execution_key: string;
  adapter: { family: string; model: string } | null;
}

/**
 * Makes the Temporal activity of every stage: which work a task means is decided by its job's table. Does once what every
 * stage needs: opens the step record with the attempt, takes over what is finished already, keeps the activity alive, maps
 * faults, stores assets by content, and writes the finished step, its cost and its event in one transaction.
 */
export function stageActivity(deps: Deps, work: WorkByTable): (task: StageTask) => Promise<StageResult> {
  return async (task) => {
    try {
      const attempt = await findAttempt(deps, work, task);
      return await runAttempt(attempt).finally(() => deps.pokes.request(attempt.job));
    } catch (error) {
      throw await refuse(deps, task, error);
    }
  };
}

async function findAttempt(deps: Deps, works: WorkByTable, task: StageTask): Promise<Attempt> {
  const job = await factsOf(deps, task.job_id);
  const work = works[job.plan.table][task.stage];
  if (!work) throw new Error(`No activity of ${job.plan.table} does ${task.stage}.`);
  return { deps, task, job, row: rowOf(job.plan.table, task.stage), work, family: familyOf(job.plan, task) };
}

function familyOf(plan: FrozenPlan, task: StageTask): string {
  return task.family ?? plan.rows.find((row) => row.stage === task.stage)?.family ?? 'local';
}

async function runAttempt(attempt: Attempt): Promise<StageResult> {
  const prepared = await prepare(attempt);
  const started = await open(attempt, prepared);
  attempt.deps.pokes.request(attempt.job);
  if (!started.job_open && started.status !== 'completed' && started.status !== 'reused') throw new CancelledFailure('the job has ended');
  if (started.status === 'completed' || started.status === 'reused') return await takeFinished(attempt, prepared, started);
  const prior = await findPrior(attempt, prepared);
  return prior ? await adopt(attempt, prepared, prior) : await make(attempt, prepared);
}

async function prepare({ deps, task, job, row, work, family }: Attempt): Promise<Prepared> {
  const input = await resolveInput({ deps, job, row, task });
  const adapter = work.adapter?.(deps.adaptersOf(family)) ?? null;
  const execution_key = digestOf({
    stage: task.stage,
    input,
    family: adapter?.family ?? null,
    model: adapter?.model ?? null,
    take: task.take,
    generation: task.generation,
  });
  return { input, execution_key, adapter };
}

async function open({ deps, task, row }: Attempt, prepared: Prepared): Promise<StartedStep> {
  return startStep(deps.pool, {
    ...addressOf(task),
    revision: task.revision,
    input_digest: digestOf(prepared.input),
    execution_key: prepared.execution_key,
    provider_family: prepared.adapter?.family ?? null,
    model: prepared.adapter?.model ?? null,
    now: deps.now(),
    percent: task.percent.before,
    event_ids: [deps.newId('event'), deps.newId('event')],
    progress: progressOf(task, row, 'running'),
    scenes: task.scenes,
  });
}

function addressOf(task: StageTask): { job_id: string; stage: StageName; scene: number | null; generation: number } {
  return { job_id: task.job_id, stage: task.stage, scene: task.scene, generation: task.generation };
}

function progressOf(task: StageTask, row: AnyInputRow, status: string): Record<string, unknown> {
  return { stage: task.stage, label: row.label, scene: task.scene, scenes: task.scenes, status };
}

/** The step is finished: a crash after its transaction, or a reset of the workflow. Nothing is done again. */
async function takeFinished(
  attempt: Attempt,
  prepared: Prepared,
  step: StartedStep,
): Promise<StageResult> {
  const { deps, task } = attempt;
  if (task.final) await inTransaction(deps.pool, (db) => completeJob(db, deps, attempt.job));
  return resultOf(attempt, step.output as StageOutputs[StageName], step.output_digest ?? '');
}

/** Work of an ancestor with the same key; a retry that asked for a new take has another key and finds nothing. */
async function findPrior({ deps, task, job }: Attempt, prepared: Prepared): Promise<PriorStep | null> {
  if (job.parent_job_id === null || task.take !== '') return null;
  const lineage = await loadLineage(deps.pool, job.parent_job_id);
  return findFinishedByKey(deps.pool, lineage, prepared.execution_key);
}

async function adopt(attempt: Attempt, prepared: Prepared, prior: PriorStep): Promise<StageResult> {
  const output = prior.output as StageOutputs[StageName];
  await finish(attempt, prepared, {
    status: 'reused',
    output,
    output_digest: prior.output_digest,
    assets: prior.assets,
    reused_from: { job_id: prior.job_id, generation: prior.generation },
  });
  return resultOf(attempt, output, prior.output_digest);
}

async function make(attempt: Attempt, prepared: Prepared): Promise<StageResult> {
  const { deps, task, work, job } = attempt;
  const workshop = openWorkshop(deps, { tenant: attempt.job.tenant, task, family: prepared.adapter?.family ?? null });
  try {
    const output = await work.perform({ input: prepared.input, job, scene: task.scene, deps, adapters: deps.adaptersOf(attempt.family), context: workshop.context });
    const output_digest = digestOf(output);
    await finish(attempt, prepared, { status: 'completed', output, output_digest, assets: workshop.assets(), reused_from: null });
    return resultOf(attempt, output, output_digest);
  } finally {
    await closeQuietly(deps, workshop);
  }
}

async function closeQuietly(deps: Deps, workshop: Workshop): Promise<void> {
  await workshop.close().catch(() => deps.log.warn('a scratch folder could not be removed'));
}

type Done = Pick<FinishedStep, 'status' | 'output_digest' | 'assets' | 'reused_from'> & { output: StageOutputs[StageName] };

async function finish(attempt: Attempt, prepared: Prepared, done: Done): Promise<void> {
  const { deps, task, row, work } = attempt;
  const now = deps.now();
  const step: FinishedStep = {
    ...addressOf(task),
    ...done,
    cost_micro_usd: 0,
    now,
    percent: task.percent.after,
    event_id: deps.newId('event'),
    progress: progressOf(task, row, done.status),
    scenes: work.scenes?.(done.output) ?? task.scenes,
  };
  // One statement is its own transaction; only a stage that writes more, or the last one, needs an explicit one.
  if (!work.commit && !task.final) return finishStep(deps.pool, step);
  await inTransaction(deps.pool, async (db) => {
    await work.commit?.(db, { output: done.output, input: prepared.input, job: attempt.job, now });
    await finishStep(db, step);
    if (task.final) await completeJob(db, deps, attempt.job);
  });
}

function resultOf({ task, work }: Attempt, output: StageOutputs[StageName], digest: string): StageResult {
  const scenes = work.scenes?.(output);
  const short = digest.slice('sha256:'.length, 'sha256:'.length + 16);
  return { kind: 'done', generation: task.generation, digest: short, ...(scenes === undefined ? {} : { scenes }) };
}

/** Turns whatever went wrong into the failure that Temporal acts on, and keeps it in the step record. */
async function refuse(deps: Deps, task: StageTask, error: unknown): Promise<Error> {
  if (error instanceof CancelledFailure || isAbort(error)) return error instanceof CancelledFailure ? error : new CancelledFailure('cancelled');
  const fault = faultOf(error);
  if (fault.code === 'stage_failed') deps.log.error({ stage: task.stage, scene: task.scene, job_id: task.job_id, frames: framesOf(error) }, 'a stage stopped');
  const last = !fault.retryable || activityInfo().attempt >= fault.max_attempts;
  await recordFault(deps, addressOf(task), { fault, failed: last });
  const details = [{ errors: fault.errors }];
  return ApplicationFailure.create({ message: fault.message, type: fault.code, nonRetryable: last, details });
}

/** Where the code stopped, without the message: that may carry a path, a script or a URL. */
function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').filter((line) => line.trimStart().startsWith('at ')).slice(0, 6).map((line) => line.trim());
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
