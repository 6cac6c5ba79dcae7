import { activityInfo, ApplicationFailure, cancellationSignal, CancelledFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { FAULTS } from '../adapters/capabilities/provider-fault';
import { traceOf } from '../contracts/error-trace';
import { ERRORS } from '../contracts/errors';
import type { StageResult, StageTask, TableName } from '../contracts/plan';
import { isDatabaseAway } from '../db/faults';
import { recordFailover, recordWait } from '../db/steps';
import type { Deps } from './deps';
import { factsOf } from './facts';
import { familyOf, nextFamily } from './family';
import { faultOf, recordFault, type Fault } from './faults';
import { Pause, type Parked } from './operations/interruptions';
import { addressOf } from './step-record';

/** Between attempts at work that failed. */
const LONGEST_WAIT_MS = 30_000;
/** Between looks for a database or a store that is away: jobs are to go on soon after its return. */
const LONGEST_OUTAGE_WAIT_MS = 5_000;

/** The item waits for money or an operator: its record says so, and the workflow lets it go when there is news. */
export async function park(deps: Deps, task: StageTask, parked: Parked): Promise<StageResult> {
  await recordWait(deps.pool, addressOf(task), { status: 'pending', needed_micro_usd: parked.needed_micro_usd });
  return { kind: 'parked', reason: parked.reason };
}

/** An attempt that went wrong. */
export interface Refused {
  task: StageTask;
  /** The model with which a family would do it; null where that is not known here. */
  modelOf(table: TableName, family: string): string | null;
}

/** Turns whatever went wrong into the failure that Temporal acts on, and keeps it in the step record. */
export async function refuse(deps: Deps, refused: Refused, error: unknown): Promise<Error> {
  if (error instanceof CancelledFailure) return cancellationSignal().aborted ? error : hasEnded();
  if (isAbort(error) && cancellationSignal().aborted) return new CancelledFailure('cancelled');
  if (isDatabaseAway(error)) return waitFor(deps, refused.task, 'database');
  try {
    if (isStoreAway(error)) return await waitForStore(deps, refused.task);
    return error instanceof Pause ? await pause(deps, refused.task, error) : await record(deps, refused, error);
  } catch (unrecorded) {
    if (isDatabaseAway(unrecorded)) return waitFor(deps, refused.task, 'database');
    throw unrecorded;
  }
}

async function record(deps: Deps, refused: Refused, error: unknown): Promise<Error> {
  const { task } = refused;
  const fault = faultOf(error);
  if (fault.code === 'stage_failed') deps.log.error({ stage: task.stage, scene: task.scene, job_id: task.job_id, ...traceOf(error) }, 'a stage stopped');
  return fault.failover && (await failOver(deps, refused, fault)) ? failure(fault, { last: true, failover: true }) : failForGood(deps, task, fault);
}

/** Temporal takes a cancellation only where it has asked for one; work that found its job ended by other means has failed. */
function hasEnded(): Error {
  return ApplicationFailure.nonRetryable(ERRORS.job_finished.sentence, 'job_finished');
}

/**
 * What every stage stands on and no provider can stand in for. The stage has done nothing wrong and may have been paid for, so
 * it waits however long the outage lasts, also where that is a wrong address in the settings: its operator reads here what is
 * away. Only errors that are known to come from there count as such; those of any other connection are the stage's own.
 */
function waitFor(deps: Deps, { job_id, stage, scene }: StageTask, away: 'database' | 'asset store'): Error {
  deps.log.warn({ job_id, stage, scene, away }, 'a stage waits for what is away');
  return again('temporarily_unavailable', `The ${away} cannot answer now`, growing(LONGEST_OUTAGE_WAIT_MS));
}

/** The attempt was opened, and is taken back here; while the database is away, none can be opened. */
async function waitForStore(deps: Deps, task: StageTask): Promise<Error> {
  await recordWait(deps.pool, addressOf(task), { status: 'running' });
  return waitFor(deps, task, 'asset store');
}

async function failForGood(deps: Deps, task: StageTask, fault: Fault): Promise<Error> {
  const last = await recordFault(deps, addressOf(task), fault);
  return failure(fault, { last, failover: false });
}

/** A wait is no attempt at the work. */
async function pause(deps: Deps, task: StageTask, { fault, delay_ms, family }: Pause): Promise<Error> {
  await recordWait(deps.pool, addressOf(task), { status: 'running' });
  return again(FAULTS[fault.kind].code, `${family}: ${fault.kind}`, Math.max(1, Math.round(delay_ms)));
}

/** The attempt ends for a while, and is nothing that an operator should be alarmed by. */
function again(code: string, why: string, delay_ms: number): Error {
  return ApplicationFailure.create({
    message: `${why}, again in ${Math.ceil(delay_ms / 1_000)} s`,
    type: code,
    nextRetryDelay: delay_ms,
    category: ApplicationFailureCategory.BENIGN,
  });
}

/** A second at first, twice as long after each attempt, and never longer than given, in milliseconds. */
function growing(longest: number): number {
  return Math.min(longest, 1_000 * 2 ** Math.min(20, activityInfo().attempt - 1));
}

/** Writes down who takes over and why; false where nobody is left. */
async function failOver(deps: Deps, { task, modelOf }: Refused, fault: Fault): Promise<boolean> {
  const { plan } = await factsOf(deps, task.job_id);
  const next = nextFamily(plan, task);
  if (next === null) return false;
  const family = familyOf(plan, task);
  const models = { model: modelOf(plan.table, family), next_model: modelOf(plan.table, next) };
  await recordFailover(deps.pool, addressOf(task), { family, next, ...models, code: fault.code, reason: fault.message });
  deps.log.warn({ job_id: task.job_id, stage: task.stage, scene: task.scene, family, next, ...models, code: fault.code }, 'another provider takes over');
  return true;
}

function failure(fault: Fault, how: { last: boolean; failover: boolean }): Error {
  const details = [{ errors: fault.errors, ...(how.failover ? { failover: true } : {}) }];
  const nextRetryDelay = growing(LONGEST_WAIT_MS);
  return ApplicationFailure.create({ message: fault.message, type: fault.code, nonRetryable: how.last, nextRetryDelay, details });
}

/** By its name: stores are known by their interface here. */
function isStoreAway(error: unknown): boolean {
  return error instanceof Error && error.name === 'StoreAway';
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
