import { activityInfo, ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { FAULTS } from '../adapters/capabilities/provider-fault';
import type { StageResult, StageTask } from '../contracts/plan';
import { recordFailover, recordWait } from '../db/steps';
import type { Deps } from './deps';
import { factsOf } from './facts';
import { familyOf, nextFamily } from './family';
import { faultOf, recordFault, type Fault } from './faults';
import { Pause, type Parked } from './operations/interruptions';
import { addressOf } from './step-record';

/** The item waits for money or an operator: its record says so, and the workflow lets it go when there is news. */
export async function park(deps: Deps, task: StageTask, parked: Parked): Promise<StageResult> {
  await recordWait(deps.pool, addressOf(task), { status: 'pending', needed_micro_usd: parked.needed_micro_usd });
  return { kind: 'parked', reason: parked.reason };
}

/** Turns whatever went wrong into the failure that Temporal acts on, and keeps it in the step record. */
export async function refuse(deps: Deps, task: StageTask, error: unknown): Promise<Error> {
  if (error instanceof CancelledFailure || isAbort(error)) return error instanceof CancelledFailure ? error : new CancelledFailure('cancelled');
  if (error instanceof Pause) return pause(deps, task, error);
  const fault = faultOf(error);
  if (fault.code === 'stage_failed') deps.log.error({ stage: task.stage, scene: task.scene, job_id: task.job_id, frames: framesOf(error) }, 'a stage stopped');
  return fault.failover && (await failOver(deps, task, fault)) ? failure(fault, { last: true, failover: true }) : failForGood(deps, task, fault);
}

async function failForGood(deps: Deps, task: StageTask, fault: Fault): Promise<Error> {
  const last = !fault.retryable || activityInfo().attempt >= fault.max_attempts;
  await recordFault(deps, addressOf(task), { fault, failed: last });
  return failure(fault, { last, failover: false });
}

/** A wait is no attempt at the work, and nothing that an operator should be alarmed by. */
async function pause(deps: Deps, task: StageTask, { fault, delay_ms, family }: Pause): Promise<Error> {
  await recordWait(deps.pool, addressOf(task), { status: 'running' });
  return ApplicationFailure.create({
    message: `${family}: ${fault.kind}, again in ${Math.ceil(delay_ms / 1_000)} s`,
    type: FAULTS[fault.kind].code,
    nextRetryDelay: Math.max(1, Math.round(delay_ms)),
    category: ApplicationFailureCategory.BENIGN,
  });
}

/** Writes down who takes over and why; false where nobody is left. */
async function failOver(deps: Deps, task: StageTask, fault: Fault): Promise<boolean> {
  const { plan } = await factsOf(deps, task.job_id);
  const next = nextFamily(plan, task);
  if (next === null) return false;
  await recordFailover(deps.pool, addressOf(task), { family: familyOf(plan, task), next, code: fault.code, reason: fault.message });
  deps.log.warn({ job_id: task.job_id, stage: task.stage, scene: task.scene, family: familyOf(plan, task), next, code: fault.code }, 'another provider takes over');
  return true;
}

function failure(fault: Fault, how: { last: boolean; failover: boolean }): Error {
  const details = [{ errors: fault.errors, ...(how.failover ? { failover: true } : {}) }];
  return ApplicationFailure.create({ message: fault.message, type: fault.code, nonRetryable: how.last, details });
}

/** Where the code stopped, without the message: that may carry a path, a script or a URL. */
function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').filter((line) => line.trimStart().startsWith('at ')).slice(0, 6).map((line) => line.trim());
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
