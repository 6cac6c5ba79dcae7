import type { AssetRef } from './media';

/** Plain data about a paid operation, as Postgres keeps it. Nothing here holds a key, a signed URL or bytes. */

/**
 * The request as it is frozen before anything is sent. Canonical JSON without keys, URLs or bytes: media stand in it by
 * reference, and the same frozen request gives the same bytes on the wire, whoever sends it and whenever.
 */
export interface FrozenRequest {
  /** The provider's own model or endpoint id, so that a restart with newer settings still finishes what was begun. */
  model: string;
  body: unknown;
  /** Media that the request lends, uploads or embeds, by the name that `body` uses for them. */
  assets: Record<string, AssetRef>;
}

/** How a running job is found again at its provider. JSON only; kept in Postgres, never in a workflow's history. */
export interface ProviderJob {
  id: string;
  urls?: { status: string; result: string; cancel: string } | null;
}

/** The outcome after its bytes are stored: paid, durable, and never paid again. */
export interface StoredOutcome {
  files: Record<string, AssetRef>;
  meta: Record<string, unknown>;
}

/** What can go wrong with a provider, in thirteen kinds; adapters/capabilities/provider-fault.ts says what follows from each. */
export const FAULT_KINDS = [
  'rate_limited',
  'capacity',
  'down',
  'timeout',
  'submit_unknown',
  'quota_exhausted',
  'auth',
  'content_rejected',
  'bad_input',
  'unsupported',
  'bad_output',
  'expired',
  'protocol',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultFacts {
  kind: FaultKind;
  /** Whether the provider will bill for it, as far as anybody knows. */
  charged: 'no' | 'yes' | 'unknown';
  http_status?: number | null;
  /** What the provider asked for. */
  retry_after_ms?: number | null;
  /** Helps the provider's support; not secret. */
  provider_request_id?: string | null;
}

/**
 * Where an operation stands. `ready`: frozen and reserved, nothing sent, or known not to have arrived. `sending`: bytes may
 * have left. `submitted`: the provider's job is known. `unknown`: an operator has to say what became of it. The others are
 * ends; `handed_on` means that a resumed job took it over.
 */
export const INTENT_STATUSES = ['ready', 'sending', 'submitted', 'unknown', 'succeeded', 'failed', 'abandoned', 'cancelled', 'handed_on'] as const;
export type IntentStatus = (typeof INTENT_STATUSES)[number];

/** What came of a cancellation: `too_late` means that the job ended, or will end, and may be billed. */
export type CancelResult = 'cancelled' | 'too_late' | 'unsupported';
