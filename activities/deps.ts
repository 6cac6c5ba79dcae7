import type { Logger } from 'pino';
import type { Pool } from 'pg';
import type { IdKind } from '../contracts/ids';
import type { AlignAdapter } from '../adapters/capabilities/align';
import type { AssemblyAdapter } from '../adapters/capabilities/assembly';
import type { BackgroundAdapter } from '../adapters/capabilities/background';
import type { BrollAdapter } from '../adapters/capabilities/broll';
import type { CallbackAdapter } from '../adapters/capabilities/callbacks';
import type { EnhanceAdapter } from '../adapters/capabilities/enhance';
import type { ImageAdapter, PhotoInspector } from '../adapters/capabilities/image';
import type { LipSyncAdapter } from '../adapters/capabilities/lip-sync';
import type { JobDesk } from '../adapters/capabilities/paid-operation';
import type { PlanAdapter } from '../adapters/capabilities/plan';
import type { SpeechAdapter } from '../adapters/capabilities/speech';
import type { VideoAdapter } from '../adapters/capabilities/video';
import type { SampleInspector, VoiceAdapter } from '../adapters/capabilities/voice';
import type { AssetStore } from '../adapters/storage/asset-store';
import type { FactsCache } from './facts';
import type { MoneySettings } from './operations/money-settings';
import type { Pokes } from './callbacks/pokes';

/** One adapter per capability, of one family (adapters/registry.ts). */
export interface Adapters {
  inspector: PhotoInspector & SampleInspector;
  image: ImageAdapter;
  voice: VoiceAdapter;
  plan: PlanAdapter;
  speech: SpeechAdapter;
  align: AlignAdapter;
  background: BackgroundAdapter;
  video: VideoAdapter;
  broll: BrollAdapter;
  lip_sync: LipSyncAdapter;
  enhance: EnhanceAdapter;
  assembly: AssemblyAdapter;
  /** Reaches the family's jobs when the work that began them is gone. */
  desk: JobDesk;
}

/** How long things are kept, in ms; null for ever. */
export interface Upkeep {
  /** Between the moment an asset is erased (and cannot be read any more) and the removal of its bytes. */
  erase_grace_ms: number;
  /** An asset to which nothing refers for so long is erased. */
  orphan_after_ms: number;
  /** Events of ended jobs, and the audit of their delivery. */
  keep_events_ms: number | null;
  /** What stages of ended jobs left behind, other than the result. */
  keep_intermediates_ms: number | null;
}

/** Everything an activity may use. Passed in once, so that nothing is a singleton. */
export interface Deps {
  pool: Pool;
  facts: FactsCache;
  store: AssetStore;
  /** Adapters of a family that the environment chose; what a family does not offer is the local one's. */
  adaptersOf(family: string): Adapters;
  money: MoneySettings;
  callbacks: CallbackAdapter;
  pokes: Pokes;
  upkeep: Upkeep;
  log: Logger;
  now(): Date;
  newId(kind: IdKind): string;
  /** Folder under which every attempt gets a scratch folder of its own. */
  scratch: string;
}
