import { activityInfo } from '@temporalio/activity';
import type { PhotosRejected } from '../adapters/capabilities/image';
import { FAULTS, isProviderFault, type ProviderFault } from '../adapters/capabilities/provider-fault';
import type { VoiceSampleRejected } from '../adapters/capabilities/voice';
import { ERRORS } from '../contracts/errors';
import { recordStepError, type StepAddress } from '../db/steps';
import type { Deps } from './deps';

/** What went wrong, in the words of contracts/errors.ts. The message is for people and carries nothing of the content. */
export interface Fault {
  code: string;
  message: string;
  retryable: boolean;
  errors: { pointer: string; message: string }[];
  max_attempts: number;
  /** Whether another configured provider may take over. */
  failover: boolean;
}

/** Attempts after which a fault that might pass is given up; a killed worker's attempts count too. */
const MAX_ATTEMPTS = 5;

/** Raised by stage work for a fault that no retry mends. */
export class StageFault extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly errors: { pointer: string; message: string }[] = [],
  ) {
    super(message);
    this.name = 'StageFault';
  }
}

/** Errors cross thread boundaries, so they are told apart by name and shape, not by class alone. */
export function faultOf(error: unknown): Fault {
  if (isNamed(error, 'PhotosRejected')) return photosRejected(error as PhotosRejected);
  if (isNamed(error, 'VoiceSampleRejected')) {
    const rejected = error as VoiceSampleRejected;
    return final(rejected.code, rejected.message, [{ pointer: '/voice_sample', message: rejected.message }]);
  }
  if (error instanceof StageFault) return final(error.code, error.message, error.errors, error.code === 'provider_unsupported');
  if (isProviderFault(error)) return providerFault(error);
  return { code: 'stage_failed', message: plainMessage(error), retryable: true, errors: [], max_attempts: MAX_ATTEMPTS, failover: false };
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function final(code: string, message: string, errors: Fault['errors'], failover = false): Fault {
  return { code, message, retryable: false, errors, max_attempts: 1, failover };
}

/** What could be repeated was repeated by the operation itself (activities/operations), so this one stands. */
function providerFault(fault: ProviderFault): Fault {
  const { code, failover } = FAULTS[fault.kind];
  return final(code, `${ERRORS[code].sentence} (${fault.message})`, [], failover);
}

function photosRejected(error: PhotosRejected): Fault {
  const errors = error.problems.map((problem) => ({ pointer: `/photos/${problem.photo}`, message: problem.message }));
  return final(error.problems[0]?.code ?? 'photo_undecodable', error.message, errors);
}

/** The error's kind only: a message made elsewhere may carry a path, a script or a URL. */
function plainMessage(error: unknown): string {
  const name = error instanceof Error ? error.name : 'unknown error';
  return `The stage stopped with ${name}.`;
}

/** Keeps the fault in the step's record. Returns whether it was the last attempt: no retry mends it, or there were enough. */
export async function recordFault(deps: Deps, step: StepAddress, fault: Fault): Promise<boolean> {
  const error = { code: fault.code, detail: fault.message, stage: step.stage, scene: step.scene, retryable: fault.retryable, errors: fault.errors };
  const most = fault.retryable ? fault.max_attempts : 0;
  const failed = await recordStepError(deps.pool, { ...step, error, most, now: deps.now() });
  return failed ?? activityInfo().attempt >= most;
}
