import type { AssetKind, AssetRef } from '../../contracts/media';
import type { CancelResult, FaultFacts, FrozenRequest, ProviderJob, StoredOutcome } from '../../contracts/operation';
import type { CostRange, Traits } from './adapter';

export type { CancelResult, FrozenRequest, ProviderJob, StoredOutcome };

/** One file of a result: bytes that came with the answer, already in the operation's folder, or an address to fetch. */
export type OutcomeFile = { name: string; kind: AssetKind; content_type: string } & (
  | { from: 'file'; path: string }
  /** `provider`: the family's own key goes along, to its own origin only. */
  | { from: 'url'; url: string; auth: 'none' | 'provider' }
);

/** What the provider made, before it is stored. */
export interface Outcome {
  files: OutcomeFile[];
  /** Small facts that go with the files: word times, seeds, durations. No URL, no bytes. Canonical JSON. */
  meta: Record<string, unknown>;
  /** What this cost in integer micro-USD: as the provider reported it, or by the dated tariff from what was really used. */
  cost_micro_usd: number;
  cost_source: 'reported' | 'tariff';
}

/** The answer to a submit: the result itself, or a job to wait for. */
export type Submission = { kind: 'finished'; outcome: Outcome } | { kind: 'accepted'; job: ProviderJob };

export type JobState =
  | { kind: 'pending'; /** 0..100, null when the provider does not say. */ percent: number | null; /** When to ask again; null leaves it to the caller. */ next_poll_ms: number | null }
  | { kind: 'succeeded'; outcome: Outcome }
  /** `cost_micro_usd` is what the failed job costs all the same; null when nobody knows. */
  | { kind: 'failed'; fault: FaultFacts; cost_micro_usd: number | null }
  | { kind: 'cancelled'; cost_micro_usd: number | null };

/** What one call to a provider may use. */
export interface OperationCall {
  /** The same for every attempt at this operation: idempotency key, client reference or part of the webhook's address. */
  operation_key: string;
  tenant: string;
  /** Aborted when the job is cancelled or the worker stops. */
  signal: AbortSignal;
  /** A folder of its own, removed afterwards. */
  dir: string;
  /** Local path of a stored asset, its digest verified. */
  open(asset: AssetRef): Promise<string>;
  /** A signed URL of the asset that outlives the provider's queue. Never log it, never store it. */
  lend(asset: AssetRef): Promise<string>;
  /** Where the provider may report the end of this operation; null where no public address is configured. */
  webhook_url: string | null;
}

/** An address of a result, as `Outcome` names it. */
export type RemoteFile = Extract<OutcomeFile, { from: 'url' }>;

/** What can be done with a provider's job once it exists: free, safe to repeat, and possible without the work that began it. */
export interface JobDesk {
  /** Looks a job up by the operation's key, for providers that take a client reference. Null when there is none. */
  find?(request: FrozenRequest, call: OperationCall): Promise<ProviderJob | null>;
  /** @throws ProviderFault */
  poll?(job: ProviderJob, request: FrozenRequest, call: OperationCall): Promise<JobState>;
  cancel?(job: ProviderJob, request: FrozenRequest, call: OperationCall): Promise<CancelResult>;
  /** Deletes what a finished operation left at the provider of a person, such as a cloned voice. What is gone already is no error. @throws ProviderFault */
  forget?(outcome: StoredOutcome, call: OperationCall): Promise<void>;
  /** Fetches a result's file into `path`, its size limited and its address checked. @throws ProviderFault */
  download?(file: RemoteFile, path: string, call: OperationCall): Promise<void>;
}

/**
 * One paid piece of work, described by an adapter and carried out by `WorkContext.operate`: money is reserved and the frozen
 * request committed before the first byte leaves, the provider's job is recorded before anybody waits for it, and a crash at
 * any point adopts what is there. None of these functions repeats anything on its own: one call, one request.
 */
export interface PaidOperation extends JobDesk {
  family: string;
  /** Tells several operations of one stage apart; empty where there is one only. */
  part: string;
  traits: Traits;
  /** The most and the least that it may cost; the upper bound is reserved. */
  estimate: CostRange;
  request: FrozenRequest;
  /** @throws ProviderFault; kind `submit_unknown` when the request may have been accepted */
  submit(request: FrozenRequest, call: OperationCall): Promise<Submission>;
}

/** A provider's own report about a job, its signature checked. */
export interface WebhookReport {
  /** Unique per family; a report that comes again changes nothing. */
  event_id: string;
  operation_key: string;
  job: ProviderJob;
}
