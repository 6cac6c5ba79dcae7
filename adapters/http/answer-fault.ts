import type { FaultFacts, FaultKind } from '../capabilities/provider-fault';
import { retryAfterMs } from '../callbacks/retry-after';
import type { AnswerHeaders, RequestPurpose } from './provider-request';

/** An answer that is no success, as a family may judge it by its own codes. */
export interface RefusedAnswer {
  purpose: RequestPurpose;
  status: number;
  headers: AnswerHeaders;
  /** The JSON of the answer; null when it holds none. */
  body: unknown;
}

/** A family's own judgement; null leaves the answer to its status. */
export type Judgement = Pick<FaultFacts, 'kind'> & Partial<Pick<FaultFacts, 'charged' | 'retry_after_ms'>>;
export type Judge = (answer: RefusedAnswer) => Judgement | null;

const BY_STATUS: Record<number, FaultKind> = {
  401: 'auth',
  402: 'quota_exhausted',
  403: 'auth',
  404: 'unsupported',
  408: 'timeout',
  410: 'unsupported',
  425: 'rate_limited',
  429: 'rate_limited',
  503: 'down',
  529: 'down',
};

/** What follows from a refused answer: the family's own codes first, then headers, then the status. */
export function faultOfAnswer(answer: RefusedAnswer, judge: Judge | null, now: Date): FaultFacts {
  const judged = judge?.(answer) ?? null;
  const kind = judged?.kind ?? kindOfStatus(answer);
  return {
    kind,
    charged: judged?.charged ?? chargedFor(answer.purpose, kind),
    http_status: answer.status,
    retry_after_ms: judged?.retry_after_ms ?? askedPause(answer.headers, now),
    provider_request_id: requestIdOf(answer.headers),
  };
}

function kindOfStatus({ status, purpose }: RefusedAnswer): FaultKind {
  if (purpose !== 'submit' && (status === 404 || status === 410)) return 'expired';
  if (purpose === 'fetch' && status === 403) return 'expired';
  const known = BY_STATUS[status];
  if (known) return known;
  if (status >= 500) return purpose === 'submit' ? 'submit_unknown' : 'down';
  if (status >= 400) return 'bad_input';
  return purpose === 'submit' && !isMoved(status) ? 'submit_unknown' : 'protocol';
}

/** Redirections that say the request was not handled here (RFC 9110 §15.4); 302 and 303 may follow on work that was accepted. */
function isMoved(status: number): boolean {
  return status === 301 || status === 307 || status === 308;
}

/** Who bills what: a refused submit costs nothing, a result that exists is paid, and a poll says nothing about money. */
export function chargedFor(purpose: RequestPurpose, kind: FaultKind): FaultFacts['charged'] {
  if (purpose === 'fetch') return 'yes';
  if (purpose === 'poll') return 'unknown';
  return kind === 'submit_unknown' || kind === 'content_rejected' ? 'unknown' : 'no';
}

/** `retry-after-ms`, or `Retry-After` in seconds or as a date. */
function askedPause(headers: AnswerHeaders, now: Date): number | null {
  const exact = headers('retry-after-ms');
  if (exact !== null && /^\d{1,8}(\.\d+)?$/.test(exact)) return Math.ceil(Number(exact));
  return retryAfterMs(headers('retry-after') ?? undefined, now);
}

const REQUEST_ID_HEADERS = ['x-request-id', 'x-fal-request-id', 'request-id', 'x-trace-id'];

/** The provider's own number for a request; nothing that could hide a sentence or a URL. */
export function requestIdOf(headers: AnswerHeaders): string | null {
  const ids = REQUEST_ID_HEADERS.map(headers).filter((id) => id !== null && /^[\w.:-]{4,100}$/.test(id));
  return ids[0] ?? null;
}
