import type { ErrorCode } from '../../contracts/errors';
import type { FaultFacts, FaultKind } from '../../contracts/operation';

export type { FaultFacts, FaultKind };

/**
 * What can go wrong with a provider, in thirteen kinds. An adapter says the kind; this table says what follows, so that
 * no adapter and no stage decides about repeats on its own.
 */
interface FaultRule {
  /** The code that the job's error shows. */
  code: ErrorCode;
  /** `wait`: nothing was accepted, ask again later for as long as the stage has time. `repeat`: again, `attempts` times in all. `never`: asking again changes nothing. */
  retry: 'wait' | 'repeat' | 'never';
  /** Submits in all before the fault stands, where `retry` is `repeat`. */
  attempts: number;
  /** Least pause before the next try, in milliseconds; a provider's `Retry-After` may make it longer. */
  pause_ms: number;
  /** Whether another configured provider may take over. Content is not shopped around. */
  failover: boolean;
}

export const FAULTS: Record<FaultKind, FaultRule> = {
  rate_limited: { code: 'provider_rate_limited', retry: 'wait', attempts: 1, pause_ms: 2_000, failover: false },
  capacity: { code: 'provider_capacity', retry: 'wait', attempts: 1, pause_ms: 2_000, failover: false },
  down: { code: 'provider_down', retry: 'repeat', attempts: 5, pause_ms: 2_000, failover: true },
  timeout: { code: 'provider_timeout', retry: 'repeat', attempts: 3, pause_ms: 2_000, failover: true },
  submit_unknown: { code: 'submit_unknown', retry: 'never', attempts: 1, pause_ms: 0, failover: false },
  quota_exhausted: { code: 'provider_quota_exhausted', retry: 'never', attempts: 1, pause_ms: 0, failover: true },
  auth: { code: 'provider_auth', retry: 'never', attempts: 1, pause_ms: 0, failover: true },
  content_rejected: { code: 'provider_content_rejected', retry: 'never', attempts: 1, pause_ms: 0, failover: false },
  bad_input: { code: 'provider_bad_input', retry: 'never', attempts: 1, pause_ms: 0, failover: false },
  unsupported: { code: 'provider_unsupported', retry: 'never', attempts: 1, pause_ms: 0, failover: true },
  bad_output: { code: 'provider_bad_output', retry: 'repeat', attempts: 2, pause_ms: 0, failover: true },
  expired: { code: 'provider_expired', retry: 'repeat', attempts: 2, pause_ms: 0, failover: false },
  protocol: { code: 'provider_protocol', retry: 'repeat', attempts: 2, pause_ms: 1_000, failover: true },
};

/**
 * Thrown by adapters, and by the HTTP client on their behalf. Its message is ours: provider family, kind and request id.
 * It has no `cause`, because what a provider or its client says may echo a script, a signed URL or a key.
 */
export class ProviderFault extends Error {
  readonly kind: FaultKind;
  readonly charged: FaultFacts['charged'];
  readonly http_status: number | null;
  readonly retry_after_ms: number | null;
  readonly provider_request_id: string | null;

  constructor(
    readonly family: string,
    facts: FaultFacts,
  ) {
    super(`${family}: ${facts.kind}${facts.provider_request_id ? ` (request ${facts.provider_request_id})` : ''}`);
    this.name = 'ProviderFault';
    this.kind = facts.kind;
    this.charged = facts.charged;
    this.http_status = facts.http_status ?? null;
    this.retry_after_ms = facts.retry_after_ms ?? null;
    this.provider_request_id = facts.provider_request_id ?? null;
  }

  /** The plain facts, as an intent's record keeps them. */
  facts(): FaultFacts {
    const { kind, charged, http_status, retry_after_ms, provider_request_id } = this;
    return { kind, charged, http_status, retry_after_ms, provider_request_id };
  }
}

/** Told by name, because an error may come from another copy of this module (a worker thread, a test runner). */
export function isProviderFault(error: unknown): error is ProviderFault {
  return error instanceof Error && error.name === 'ProviderFault' && 'kind' in error;
}
