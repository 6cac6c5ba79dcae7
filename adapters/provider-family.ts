import type { Secret } from '../contracts/secret';
import type { CapabilityName, CostRange, Traits } from './capabilities/adapter';
import type { AlignAdapter } from './capabilities/align';
import type { BackgroundAdapter } from './capabilities/background';
import type { BrollAdapter } from './capabilities/broll';
import type { EnhanceAdapter } from './capabilities/enhance';
import type { Finishing } from './capabilities/finishing';
import type { ImageAdapter } from './capabilities/image';
import type { LipSyncAdapter } from './capabilities/lip-sync';
import type { JobDesk, WebhookReport } from './capabilities/paid-operation';
import type { PlanAdapter } from './capabilities/plan';
import type { SpeechAdapter } from './capabilities/speech';
import type { VideoAdapter } from './capabilities/video';
import type { VoiceAdapter } from './capabilities/voice';
import type { WorkSize } from './capabilities/work-size';

/** The adapter of each capability. */
export interface CapabilityAdapters {
  plan: PlanAdapter;
  image: ImageAdapter;
  speech: SpeechAdapter;
  voice: VoiceAdapter;
  align: AlignAdapter;
  video: VideoAdapter;
  lip_sync: LipSyncAdapter;
  enhance: EnhanceAdapter;
  background: BackgroundAdapter;
  broll: BrollAdapter;
}

/** An account with a provider, as the environment gives it (`<PROVIDER>_API_KEY`, `<PROVIDER>_BASE_URL` and so on). */
export interface ProviderAccount {
  api_key: Secret;
  /** Where the provider's API lies instead of its usual address; https, or plain http on this machine. */
  base_url: string | null;
  /** Jobs that the account may have under way at once, over all workers. */
  max_in_flight: number | null;
  requests_per_minute: number | null;
  /** A JSON file that replaces the family's dated model ids and prices. */
  tariff_file: string | null;
  /** Bounds of one exchange with the provider, below those of each request; absent where those suffice. */
  most?: { timeout_ms: number; bytes: number };
}

/** A family at work. */
export interface LoadedFamily {
  adapters: Partial<CapabilityAdapters>;
  /** Reaches a job that is under way when the work that began it is gone: to cancel it, or to learn what became of it. */
  desk: JobDesk;
}

export interface FamilySettings {
  account: ProviderAccount;
  /** Makes a stage's document out of what the provider gave. */
  finishing: Finishing;
  now(): Date;
}

/**
 * A family of adapters behind one account. This description is light: processes that only plan load nothing else of a
 * family. One folder a family, one line in `registry.ts`.
 */
export interface ProviderFamily {
  /** Capabilities that it offers, and where the work waits. */
  offers: Partial<Record<CapabilityName, Traits['queue']>>;
  /** Of these, the ones whose work can be asked about afterwards by an id of the provider's; another's answer comes once or never. */
  adoptable: readonly CapabilityName[];
  /** Limits of a new account, where the environment names none. */
  limits: { max_in_flight: number; requests_per_minute: number };
  /** What one item of a stage costs, by the dated tariff. */
  estimate(capability: CapabilityName, size: WorkSize, tariff_file: string | null): CostRange;
  load(settings: FamilySettings): Promise<LoadedFamily>;
  /** For families that report the end of a job: checks a report's signature. Null for one that is forged, stale or not readable. */
  receive?(report: { operation_key: string; headers: Record<string, string>; body: Uint8Array; now: Date }, account: ProviderAccount): Promise<WebhookReport | null>;
}
