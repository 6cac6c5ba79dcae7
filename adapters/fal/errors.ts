import { z } from 'zod';
import type { FaultFacts, FaultKind } from '../capabilities/provider-fault';
import type { Judge, Judgement } from '../http/answer-fault';

/** Error types of a model's answer (`detail[].type`) and of the platform (`error_type`), as the documentation lists them. */
const KINDS: Record<string, FaultKind> = {
  content_policy_violation: 'content_rejected',
  no_media_generated: 'bad_output',
  generation_timeout: 'bad_output',
  internal_server_error: 'bad_output',
  internal_error: 'bad_output',
  downstream_service_error: 'bad_output',
  downstream_service_unavailable: 'bad_output',
  runner_disconnected: 'bad_output',
  runner_connection_timeout: 'bad_output',
  runner_server_error: 'bad_output',
  runner_scheduling_failure: 'capacity',
  request_timeout: 'capacity',
  feature_not_supported: 'unsupported',
};

const refusal = z.object({ detail: z.union([z.string(), z.array(z.object({ type: z.string().optional() }))]) });

/** Reads what fal says about a refusal. A locked account comes as 403 with a sentence, so that sentence is looked at. */
export const judgeFal: Judge = ({ body, status, purpose, headers }) => {
  const parsed = refusal.safeParse(body);
  if (!parsed.success) return null;
  const { detail } = parsed.data;
  if (typeof detail === 'string') return lockedAccount(detail, status);
  const kind = kindOfType(detail.map(({ type }) => type ?? '').find((type) => type in KINDS) ?? headers('x-fal-error-type') ?? '');
  if (!kind) return status === 422 && purpose === 'fetch' ? { kind: 'bad_input', charged: 'unknown' } : null;
  return purpose === 'submit' && status >= 500 ? null : judgementOf(kind, status);
};

function lockedAccount(sentence: string, status: number): Judgement | null {
  if (status !== 403 && status !== 402) return null;
  return /balance|TOP_UP|billing/i.test(sentence) ? { kind: 'quota_exhausted', charged: 'no' } : null;
}

/** Errors of fal's own machines are never billed; those of the input may be, when a machine had begun. */
function judgementOf(kind: FaultKind, status: number): Judgement {
  return { kind, charged: status >= 500 || kind === 'capacity' ? 'no' : 'unknown' };
}

/** The kind behind one of fal's error types; undefined for one that is not known. */
export function kindOfType(type: string): FaultKind | undefined {
  return Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
}

/**
 * The fault of a job that has ended. One that got no machine in time (`capacity`) is not billed, and over: nothing waits there
 * for room any more, so it is made again like work of a provider that is down. Asking for the result of another one may find
 * fal down too; that says nothing about the job, which is why the two are told apart until here.
 */
export function faultOfEnded(fault: FaultFacts): FaultFacts {
  return fault.kind === 'capacity' ? { ...fault, kind: 'down', charged: 'no' } : fault;
}
