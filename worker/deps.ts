import os from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import { createPokes } from '../activities/callbacks/pokes';
import type { Deps } from '../activities/deps';
import { createCallbacks } from '../adapters/callbacks/create-callbacks';
import { FactsCache } from '../activities/facts';
import { createComputePool, type ComputePool } from '../adapters/local/compute/pool';
import { limitsOf, loadAdapters } from '../adapters/registry';
import { createAssetStore } from '../adapters/storage/create-store';
import type { Config } from '../config';
import { newId } from '../contracts/ids';
import { isLoopback } from '../contracts/parse-url';
import { findErasedAssets } from '../db/assets';
import { createPool } from '../db/pool';

/** Threads for computing: the activities' slots decide how much runs at once, so there is one thread for each. */
export function mediaSlots(config: Config): number {
  return config.MEDIA_SLOTS ?? Math.max(1, os.availableParallelism());
}

export interface Workbench {
  deps: Deps;
  compute: ComputePool;
  close(): Promise<void>;
}

/** Everything the activities of one worker process use. */
export async function createWorkbench(config: Config, log: Logger): Promise<Workbench> {
  const pool = createPool(config.DATABASE_URL, 10);
  const compute = createComputePool({ size: mediaSlots(config) });
  const store = createAssetStore(config, () => config.PUBLIC_URL ?? `http://${config.API_HOST}:${config.API_PORT}`);
  const now = (): Date => new Date();
  const callbacks = createCallbacks({
    links: { store, ttl_ms: config.ASSET_URL_TTL_MS, findErased: (tenant, ids) => findErasedAssets(pool, tenant, ids), now },
    secrets: upperCased(config.callbackSecrets),
    allowHosts: config.CALLBACK_ALLOW_HOSTS,
    retry_delays_ms: config.CALLBACK_RETRY_DELAYS_MS,
    // One host that hangs leaves the other half of the slots free.
    host_slots: Math.max(1, Math.floor(config.PROVIDER_SLOTS / 2)),
    now,
  });
  const deps: Deps = {
    pool,
    facts: new FactsCache(pool),
    store,
    callbacks,
    pokes: createPokes({ pool, log }),
    upkeep: {
      erase_grace_ms: config.ERASE_GRACE_MS,
      orphan_after_ms: config.ORPHAN_AFTER_MS,
      keep_events_ms: config.KEEP_EVENTS_MS ?? null,
      keep_intermediates_ms: config.KEEP_INTERMEDIATES_MS ?? null,
    },
    adaptersOf: await loadAdapters({
      choice: config.providers,
      accounts: config.accounts,
      local: {
        pool: compute,
        ffmpegPath: config.FFMPEG_PATH,
        tts: config.LOCAL_TTS,
        identityCheck: config.LOCAL_IDENTITY_CHECK === 'on',
        voicesDir: config.LOCAL_VOICES_DIR,
        speechCacheDir: config.LOCAL_SPEECH_CACHE_DIR,
      },
      now,
    }),
    money: {
      job_cap_micro_usd: config.JOB_BUDGET_MICRO_USD ?? null,
      tenant_day_cap_micro_usd: config.TENANT_DAY_BUDGET_MICRO_USD ?? null,
      resubmit_below_micro_usd: config.RESUBMIT_BELOW_MICRO_USD,
      reconcile_wait_ms: config.RECONCILE_WAIT_MS,
      poll_ms: config.PROVIDER_POLL_MS,
      limitsOf: (family) => limitsOf(family, config.accounts),
      webhookUrl: (family, wireKey) => webhookUrl(config, family, wireKey),
    },
    log,
    now,
    newId: (kind) => newId(kind, now()),
    scratch: path.join(os.tmpdir(), 'understudy-scratch'),
  };
  const close = async (): Promise<void> => {
    await callbacks.close();
    await compute.close();
    await pool.end();
  };
  return { deps, compute, close };
}

/** A provider out in the world can only report to an address that the world can reach. */
function webhookUrl({ PUBLIC_URL, accounts }: Config, family: string, wireKey: string): string | null {
  if (!PUBLIC_URL || (isLoopback(PUBLIC_URL) && !isLoopback(accounts[family]?.base_url ?? ''))) return null;
  return `${PUBLIC_URL.replace(/\/$/, '')}/v1/webhooks/${family}/${wireKey}`;
}

function upperCased(secrets: Config['callbackSecrets']): Config['callbackSecrets'] {
  return Object.fromEntries(Object.entries(secrets).map(([reference, values]) => [reference.toUpperCase(), values]));
}
