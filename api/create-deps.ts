import { readFileSync } from 'node:fs';
import pino, { type Logger } from 'pino';
import { checkChoice, estimateOf, isAdoptable, mayHaveVoice, receiverOf, routesOf } from '../adapters/registry';
import { capabilityOf, stageRouting } from '../adapters/stage-routing';
import { createAssetStore } from '../adapters/storage/create-store';
import type { Config } from '../config';
import { newId } from '../contracts/ids';
import { acceptJobs, type NewJob } from '../db/accept';
import { findAvatarVersions, type WantedVersion } from '../db/avatars';
import { createPool } from '../db/pool';
import { KnownAvatars } from './accept/known-avatars';
import { Batch } from './batch';
import type { ApiDeps } from './deps';
import { TemporalLauncher } from './launcher';
import { createMediaFetcher } from './media-fetcher';
import { TokenTable } from './tokens';
import { Watcher } from './watcher';

const POOL_SIZE = 16;
/** A commit takes a millisecond or two; one that takes longer waits for a lock or for the disk. */
const GROUPS = { most: 64, parallel: 4, patience_ms: 20 };

/** Builds the API's parts from the configuration; nothing is connected yet. `publicUrl` may be known only later. */
export function createDeps(config: Config, publicUrl: () => string): ApiDeps {
  checkChoice(config.providers, config.accounts);
  const log: Logger = pino({ level: config.LOG_LEVEL, base: { process: 'api' } }, buffered());
  const pool = createPool(config.DATABASE_URL, POOL_SIZE);
  const store = createAssetStore(config, publicUrl);
  const now = (): Date => new Date();
  const makeId: ApiDeps['newId'] = (kind) => newId(kind, now());
  const policy = { allowHosts: config.CALLBACK_ALLOW_HOSTS };
  return {
    pool,
    store,
    accept: new Batch({ run: (jobs: NewJob[]) => acceptJobs(pool, jobs), ...GROUPS }),
    avatarVersions: new Batch({ run: (wanted: WantedVersion[]) => findAvatarVersions(pool, wanted), ...GROUPS }),
    knownAvatars: new KnownAvatars(),
    launcher: new TemporalLauncher({
      address: config.TEMPORAL_ADDRESS,
      namespace: config.TEMPORAL_NAMESPACE,
      tls: config.TEMPORAL_TLS,
      apiKey: config.TEMPORAL_API_KEY,
      log,
    }),
    watcher: new Watcher(pool),
    fetchMedia: createMediaFetcher({ db: pool, store, policy, now, newId: makeId }),
    receive: async (family, report) => {
      const account = config.accounts[family];
      return account ? ((await receiverOf(family)?.(report, account)) ?? null) : null;
    },
    isAdoptable: (family, stage) => {
      const capability = capabilityOf(stage);
      return capability === null || isAdoptable(family, capability);
    },
    tokens: readTokens(config.SERVICE_TOKENS_FILE),
    log,
    now,
    newId: makeId,
    settings: {
      temporalUiUrl: config.TEMPORAL_UI_URL ?? null,
      namespace: config.TEMPORAL_NAMESPACE,
      assetUrlTtlMs: config.ASSET_URL_TTL_MS,
      assetUrlSecret: store.kind === 'disk' ? (config.ASSET_URL_SECRET ?? null) : null,
      callbackSecretRefs: new Set(Object.keys(config.callbackSecrets).map((reference) => reference.toUpperCase())),
      callbackAllowHosts: config.CALLBACK_ALLOW_HOSTS,
      rateLimitPerMinute: config.RATE_LIMIT_PER_MINUTE ?? null,
      priceOf: ({ stage, family, size }) => {
        const capability = capabilityOf(stage);
        return capability ? estimateOf({ family, capability, size }, config.accounts) : { low: 0, high: 0 };
      },
      mayHaveVoice,
      routing: stageRouting((capability) => routesOf(config.providers, capability)),
    },
  };
}

/** A write for each line would cost as much as a tenth of a request; what is left is written at least twice a second. */
function buffered(): pino.DestinationStream {
  return pino.destination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: 500 });
}

function readTokens(file: string | undefined): TokenTable {
  if (!file) throw new Error('SERVICE_TOKENS_FILE is needed: without service tokens nobody could call the API.');
  return TokenTable.parse(JSON.parse(readFileSync(file, 'utf8')));
}
