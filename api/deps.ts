import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { WebhookReport } from '../adapters/capabilities/paid-operation';
import type { AssetStore } from '../adapters/storage/asset-store';
import type { IdKind } from '../contracts/ids';
import type { StageName } from '../contracts/vocabulary';
import type { NewJob } from '../db/accept';
import type { AvatarVersionRow, WantedVersion } from '../db/avatars';
import type { PlanRequest } from '../workflows/plan';
import type { PriceOf } from './accept/cost';
import type { KnownAvatars } from './accept/known-avatars';
import type { Batch } from './batch';
import type { Launcher } from './launcher';
import type { MediaFetcher } from './media-fetcher';
import type { TokenTable } from './tokens';
import type { Watcher } from './watcher';

/** Everything the API may use. Passed in once, so that nothing is a singleton. */
export interface ApiDeps {
  pool: Pool;
  store: AssetStore;
  /** Stores jobs; those that come at the same time share a transaction. */
  accept: Batch<NewJob, boolean>;
  /** Finds versions of avatars; those wanted at the same time share a query. */
  avatarVersions: Batch<WantedVersion, AvatarVersionRow | null>;
  knownAvatars: KnownAvatars;
  launcher: Launcher;
  watcher: Watcher;
  fetchMedia: MediaFetcher;
  /** Checks a provider's report; null for one that is not the provider's, or of a family without an account. */
  receive(family: string, report: ProviderReport): Promise<WebhookReport | null>;
  /** Whether a family's work for a stage can be taken over by the provider's id of it. */
  isAdoptable(family: string, stage: StageName): boolean;
  tokens: TokenTable;
  log: Logger;
  now(): Date;
  newId(kind: IdKind): string;
  settings: ApiSettings;
}

/** A report as it came. */
export interface ProviderReport {
  operation_key: string;
  headers: Record<string, string>;
  body: Uint8Array;
  now: Date;
}

export interface ApiSettings {
  priceOf: PriceOf;
  /** Address of the namespace's page in the Temporal Web UI, or null when none is configured. */
  temporalUiUrl: string | null;
  namespace: string;
  assetUrlTtlMs: number;
  /** Checks links to assets that this API serves itself; null when the store serves them. */
  assetUrlSecret: string | null;
  /** Upper-cased references of the configured callback secrets. */
  callbackSecretRefs: ReadonlySet<string>;
  callbackAllowHosts: readonly string[];
  rateLimitPerMinute: number | null;
  /** False for a name that is known not to be one of the family's voices. */
  mayHaveVoice(family: string, voiceId: string): boolean;
  /** Queue and family of the chosen adapter by stage. */
  routing: Pick<PlanRequest, 'queues' | 'families' | 'fallbacks'>;
}
