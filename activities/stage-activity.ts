import { activityInfo } from '@temporalio/activity';
import { canonicalJson, digestOfJson, digestOfMembers } from '../contracts/digest';
import type { StageResult, StageTask, TableName } from '../contracts/plan';
import type { StageName } from '../contracts/vocabulary';
import { loadLineage } from '../db/job-state';
import { findFinishedByKey, type PriorStep } from '../db/steps';
import { rowOf } from '../workflows/tables';
import { resolveInput } from './stage-input';
import type { Deps } from './deps';
import { runEagerly } from './eagerly';
import { factsOf } from './facts';
import { familyOf } from './family';
import { Parked } from './operations/interruptions';
import { park, refuse } from './refusal';
import type { AnyWork } from './stage-work';
import { addressOf, finish, isFree, open, record, type AnyOutput, type Attempt, type Done, type Prepared } from './step-record';
import { openWorkshop, type Workshop } from './workshop';

/** Work by table and stage. */
export type WorkByTable = Record<TableName, Partial<Record<StageName, AnyWork>>>;

/**
 * Makes the Temporal activity of every stage: which work a task means is decided by its job's table. Does once what every
 * stage needs: opens the step record with the attempt (free work may begin before, see `runEagerly`), takes over what is
 * finished already, keeps the activity alive, maps faults, stores assets by content, and writes the finished step, its cost and
 * its event in one transaction.
 */
export function stageActivity(deps: Deps, work: WorkByTable): (task: StageTask) => Promise<StageResult> {
  return async (task) => {
    try {
      return await runAttempt(await findAttempt(deps, work, task));
    } catch (error) {
      if (error instanceof Parked) return park(deps, task, error);
      throw await refuse(deps, { task, modelOf: (table, family) => modelOf(deps, work[table][task.stage], family) }, error);
    }
  };
}

/** The model that a family does this work with; null where there is none, or this worker has no account with the family. */
function modelOf(deps: Deps, work: AnyWork | undefined, family: string): string | null {
  try {
    return work?.adapter?.(deps.adaptersOf(family))?.model ?? null;
  } catch {
    return null;
  }
}

async function findAttempt(deps: Deps, works: WorkByTable, task: StageTask): Promise<Attempt> {
  const job = await factsOf(deps, task.job_id);
  const work = works[job.plan.table][task.stage];
  if (!work) throw new Error(`No activity of ${job.plan.table} does ${task.stage}.`);
  return { deps, task, job, row: rowOf(job.plan.table, task.stage), work, family: familyOf(job.plan, task) };
}

async function runAttempt(attempt: Attempt): Promise<StageResult> {
  try {
    const prepared = await prepare(attempt);
    return mayRunEagerly(attempt, prepared) ? await makeEagerly(attempt, prepared) : await makeOnce(attempt, prepared);
  } finally {
    attempt.deps.pokes.request(attempt.job);
  }
}

/** Opens the step first, and does its work only where nobody has done it. */
async function makeOnce(attempt: Attempt, prepared: Prepared): Promise<StageResult> {
  const finished = await open(attempt, prepared);
  if (finished) return finished;
  const prior = await findPrior(attempt, prepared);
  return prior ? await adopt(attempt, prepared, prior) : await make(attempt, prepared);
}

/**
 * Work may run before its step is open where it is free, so that doing it in vain costs nobody anything, and where nothing
 * that was done earlier is likely to be found: not in a resumed job, not in a further attempt, and not where this process has
 * finished the step before (a workflow that was reset). Whatever a provider is paid for always opens its step first.
 */
function mayRunEagerly({ deps, task, job }: Attempt, prepared: Prepared): boolean {
  return isFree(prepared) && job.parent_job_id === null && activityInfo().attempt === 1 && !deps.facts.outputs.has(addressOf(task));
}

async function prepare({ deps, task, job, row, work, family }: Attempt): Promise<Prepared> {
  const input = await resolveInput({ deps, job, row, task });
  const adapter = work.adapter?.(deps.adaptersOf(family)) ?? null;
  const canonical = canonicalJson(input);
  const execution_key = digestOfMembers({
    stage: canonicalJson(task.stage),
    input: canonical,
    family: canonicalJson(adapter?.family ?? null),
    model: canonicalJson(adapter?.model ?? null),
    take: canonicalJson(task.take),
    generation: canonicalJson(task.generation),
  });
  return { input, input_digest: digestOfJson(canonical), execution_key, adapter, begun_at: deps.now() };
}

/** Work of an ancestor with the same key; a retry that asked for a new take has another key and finds nothing. */
async function findPrior({ deps, task, job }: Attempt, prepared: Prepared): Promise<PriorStep | null> {
  if (job.parent_job_id === null || task.take !== '') return null;
  const lineage = await loadLineage(deps.pool, job.parent_job_id);
  return findFinishedByKey(deps.pool, lineage, prepared.execution_key);
}

function adopt(attempt: Attempt, prepared: Prepared, prior: PriorStep): Promise<StageResult> {
  return finish(attempt, prepared, {
    status: 'reused',
    value: prior.output as AnyOutput,
    output: JSON.stringify(prior.output),
    output_digest: prior.output_digest,
    assets: prior.assets,
    reused_from: { job_id: prior.job_id, generation: prior.generation },
  });
}

function make(attempt: Attempt, prepared: Prepared): Promise<StageResult> {
  return inWorkshop(attempt, prepared, async (workshop) => {
    const value = await perform(attempt, prepared, workshop);
    return finish(attempt, prepared, made(value, workshop));
  });
}

function makeEagerly(attempt: Attempt, prepared: Prepared): Promise<StageResult> {
  return inWorkshop(attempt, prepared, (workshop) =>
    runEagerly({
      perform: () => perform(attempt, prepared, workshop),
      record: (value) => record(attempt, prepared, made(value, workshop)),
      open: () => open(attempt, prepared),
      finish: (value) => finish(attempt, prepared, made(value, workshop)),
      abandon: workshop.abandon,
    }),
  );
}

async function inWorkshop(attempt: Attempt, prepared: Prepared, work: (workshop: Workshop) => Promise<StageResult>): Promise<StageResult> {
  const { deps, task, job } = attempt;
  const workshop = openWorkshop(deps, {
    job,
    task,
    execution_key: prepared.execution_key,
    family: prepared.adapter?.family ?? null,
    capability: prepared.adapter?.capability ?? null,
  });
  try {
    return await work(workshop);
  } finally {
    await workshop.close().catch(() => deps.log.warn('a scratch folder could not be removed'));
  }
}

function perform({ deps, task, work, job, family }: Attempt, { input }: Prepared, { context }: Workshop): Promise<AnyOutput> {
  return work.perform({ input, job, scene: task.scene, deps, adapters: deps.adaptersOf(family), context });
}

function made(value: AnyOutput, workshop: Workshop): Done {
  const output = canonicalJson(value);
  return { status: 'completed', value, output, output_digest: digestOfJson(output), assets: workshop.assets(), reused_from: null };
}
