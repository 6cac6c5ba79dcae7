import type { OperationCall } from '../../adapters/capabilities/paid-operation';
import type { AssetKind, AssetRef } from '../../contracts/media';
import type { StageTask } from '../../contracts/plan';
import type { Intent, OperationAddress } from '../../db/intents';
import type { JobFacts } from '../../db/job-state';
import type { Deps } from '../deps';

/** How long a lent address works: longer than any provider's queue. */
const LEND_MS = 24 * 3_600_000;

/** The place at which one attempt at a stage carries out its paid operations. */
export interface Shop {
  deps: Deps;
  job: JobFacts;
  task: StageTask;
  capability: string;
  /** Names the work itself: the same in a resumed job. */
  execution_key: string;
  /** Aborted when the job is cancelled or the worker stops. */
  signal: AbortSignal;
  /** True when the job itself was cancelled, rather than this worker stopped. */
  isCancelled(): boolean;
  dir(): string;
  open(asset: AssetRef): Promise<string>;
  store(kind: AssetKind, file: { path: string; content_type: string }): Promise<AssetRef>;
  progress(percent: number, note?: string): void;
}

export function operationAddress(shop: Shop, operation: { family: string; part: string }): OperationAddress {
  const { job_id, stage, scene, generation } = shop.task;
  return { job_id, stage, scene, generation, family: operation.family, part: operation.part };
}

/** What a call to the provider may use; the wire key stays the same for every attempt at an operation. */
export function callFor(shop: Pick<Shop, 'deps' | 'job' | 'dir' | 'open'>, intent: Intent, signal: AbortSignal): OperationCall {
  const { deps, job } = shop;
  return {
    operation_key: intent.wire_key,
    tenant: job.tenant,
    signal,
    get dir() {
      return shop.dir();
    },
    open: (asset) => shop.open(asset),
    lend: (asset) => lend(deps, job.tenant, asset),
    webhook_url: deps.money.webhookUrl(intent.family, intent.wire_key),
  };
}

async function lend(deps: Deps, tenant: string, asset: AssetRef): Promise<string> {
  const now = deps.now();
  const { asset_id, sha256, content_type } = asset;
  return deps.store.sign({ tenant, sha256, asset_id, content_type, filename: asset_id, expires_at: new Date(now.getTime() + LEND_MS), now });
}
