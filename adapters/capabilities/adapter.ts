import type { AssetKind, AssetRef } from '../../contracts/media';
import type { PaidOperation, StoredOutcome } from './paid-operation';

/** Version of every interface in this folder; raised when a change would break an adapter. */
export const CAPABILITY_VERSION = 1;

/** What an adapter can do, in the words of the environment names (`SPEECH_PROVIDERS` and so on). */
export const CAPABILITIES = [
  'plan',
  'image',
  'speech',
  'voice',
  'align',
  'video',
  'lip_sync',
  'enhance',
  'background',
  'broll',
] as const;
export type CapabilityName = (typeof CAPABILITIES)[number];

/** Money in integer micro-USD, as a range because many providers bill by what they made. */
export interface CostRange {
  low: number;
  high: number;
}

/** Facts on which orchestration may branch. It never branches on a provider's name. */
export interface Traits {
  /** `direct`: one call gives the result. `job`: submit, then wait for a provider's job. */
  call: 'direct' | 'job';
  /** Where the work runs: `media` has as many slots as cores, `provider` waits on the network, null stays with the workflow's own queue. */
  queue: 'media' | 'provider' | null;
  /** What keeps a repeated submit from being billed twice. `deterministic`: nothing is billed, same input gives same bytes. */
  dedupe: 'deterministic' | 'idempotency_key' | 'client_reference' | 'webhook' | 'none';
  cancel: 'any' | 'queued' | 'none';
  webhook: boolean;
  /** How long the provider keeps a result, in milliseconds; null for ever. */
  result_ttl_ms: number | null;
  cost: 'free' | 'reported' | 'tariff';
  /** How inputs travel: read from a path, lent as a signed URL, uploaded to the provider, or inside the request. */
  inputs: 'path' | 'lend_url' | 'upload' | 'inline';
}

/** Yes, or the reason in words that a caller can act on. */
export type Support = { ok: true } | { ok: false; reason: string };

/** What an adapter may use while it works. Everything it leaves in `dir` is removed afterwards. */
export interface WorkContext {
  /** An empty folder of its own. */
  dir: string;
  /** Aborted when the job is cancelled or the worker stops; children and threads must end with it. */
  signal: AbortSignal;
  /** Local path of a stored asset, its digest verified. Do not write to it. */
  open(asset: AssetRef): Promise<string>;
  /** Stores a file by content and returns its reference; the same bytes give the same reference. */
  store(kind: AssetKind, file: { path: string; content_type: string }): Promise<AssetRef>;
  /** Stores a JSON document in canonical form. */
  storeJson(kind: AssetKind, value: unknown): Promise<AssetRef>;
  /**
   * Carries out one paid operation exactly once, whatever crashes: an earlier attempt's job is adopted, an earlier result is
   * given back. Adapters of the local family, which cost nothing, never call it.
   * @throws ProviderFault when the provider could not or would not do it
   */
  operate(operation: PaidOperation): Promise<StoredOutcome>;
  /** Tells the operator how far the work is (0..100) and keeps the activity alive. Small and flat: it shows in the Web UI. */
  progress(percent: number, note?: string): void;
}

/** What every adapter says about itself. */
export interface AdapterInfo {
  readonly capability: CapabilityName;
  readonly specification_version: typeof CAPABILITY_VERSION;
  /** Shown to callers: `local`, `openai` … Never a vendor's internals. */
  readonly family: string;
  /** Model or engine and its version; part of the execution key, so a new model is new work. */
  readonly model: string;
  readonly traits: Traits;
}

/** An adapter that gives its result in one call. A request must be canonical JSON: it is hashed into the execution key. */
export interface DirectAdapter<Request, Result> extends AdapterInfo {
  supports(request: Request): Support;
  estimate(request: Request): CostRange;
  perform(request: Request, context: WorkContext): Promise<Result>;
}
