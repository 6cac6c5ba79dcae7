import { CAPABILITIES, type CapabilityName, type CostRange, type Traits } from './capabilities/adapter';
import type { AssemblyAdapter } from './capabilities/assembly';
import type { PhotoInspector } from './capabilities/image';
import type { JobDesk } from './capabilities/paid-operation';
import type { SampleInspector } from './capabilities/voice';
import type { WorkSize } from './capabilities/work-size';
import { ELEVENLABS_FAMILY } from './elevenlabs/family';
import { createFalFamily } from './fal/family';
import type { LocalSettings } from './local/family';
import { mayBeLocalVoice } from './local/speech/voice-names';
import { OPENAI_FAMILY } from './openai/family';
import type { CapabilityAdapters, ProviderAccount, ProviderFamily } from './provider-family';

/** The one file that names providers: each is a folder and a line here. A family's code is loaded only where it works. */
const PAID: Record<string, ProviderFamily> = {
  elevenlabs: ELEVENLABS_FAMILY,
  fal: createFalFamily(),
  openai: OPENAI_FAMILY,
};

/** The local family needs no account and costs nothing. */
const LOCAL: ProviderFamily['offers'] = {
  plan: null,
  image: 'media',
  speech: 'media',
  voice: 'media',
  align: 'media',
  video: 'media',
  lip_sync: null,
  enhance: 'media',
  background: 'media',
  broll: 'media',
};

/** Ordered families by capability, as the environment chose them. */
export type Choice = Record<CapabilityName, string[]>;
/** Accounts by family. */
export type Accounts = Record<string, ProviderAccount>;

/** A family that may do a stage's work, and where that work waits. */
export interface Route {
  family: string;
  queue: Traits['queue'];
}

function offersOf(family: string): ProviderFamily['offers'] | undefined {
  return family === 'local' ? LOCAL : PAID[family]?.offers;
}

/** Every capability of every family, whoever is chosen. */
export function allOffers(): { family: string; capability: CapabilityName }[] {
  const offersBy = { local: LOCAL, ...Object.fromEntries(Object.entries(PAID).map(([family, { offers }]) => [family, offers])) };
  return Object.entries(offersBy).flatMap(([family, offers]) =>
    CAPABILITIES.filter((capability) => offers[capability] !== undefined).map((capability) => ({ family, capability })));
}

/** Families of the choice that need an account, each once. */
export function paidFamilies(choice: Choice): string[] {
  return [...new Set(CAPABILITIES.flatMap((capability) => choice[capability]))].filter((family) => family !== 'local');
}

/** @throws Error naming the variable of a family that does not exist, does not offer the capability, or has no key. */
export function checkChoice(choice: Choice, accounts: Accounts): void {
  for (const capability of CAPABILITIES) {
    for (const family of choice[capability]) {
      if (offersOf(family)?.[capability] === undefined) throw new Error(`No provider "${family}" offers ${capability}.`);
    }
    if (choice[capability].length === 0) throw new Error(`No provider is chosen for ${capability}.`);
  }
  for (const family of paidFamilies(choice)) {
    if (!accounts[family]) throw new Error(`${family.toUpperCase()}_API_KEY is not set, but "${family}" is among the providers.`);
  }
}

/** Who may do a capability's work, in the order of choice. */
export function routesOf(choice: Choice, capability: CapabilityName): Route[] {
  return choice[capability].map((family) => ({ family, queue: offersOf(family)?.[capability] ?? null }));
}

/** What one item costs with a family, by its dated tariff; nothing with the local one. */
export function estimateOf(route: { family: string; capability: CapabilityName; size: WorkSize }, accounts: Accounts): CostRange {
  const tariffFile = accounts[route.family]?.tariff_file ?? null;
  return PAID[route.family]?.estimate(route.capability, route.size, tariffFile) ?? { low: 0, high: 0 };
}

/** Jobs under way at once and requests a minute that a family's account may have, over all workers; null for the local family. */
export function limitsOf(family: string, accounts: Accounts): ProviderFamily['limits'] | null {
  const limits = PAID[family]?.limits;
  if (!limits) return null;
  const account = accounts[family];
  return {
    max_in_flight: account?.max_in_flight ?? limits.max_in_flight,
    requests_per_minute: account?.requests_per_minute ?? limits.requests_per_minute,
  };
}

/** Whether work of a capability can be taken over by the provider's id of it; a family that is not known here is not judged. */
export function isAdoptable(family: string, capability: CapabilityName): boolean {
  return PAID[family]?.adoptable.includes(capability) ?? true;
}

/** False for a name that is known not to be one of the family's voices; what an account holds is not looked at. */
export function mayHaveVoice(family: string, voiceId: string): boolean {
  return family !== 'local' || mayBeLocalVoice(voiceId);
}

/** Who checks a family's webhooks; null for a family without any. */
export function receiverOf(family: string): NonNullable<ProviderFamily['receive']> | null {
  return PAID[family]?.receive ?? null;
}

/** Adapters of one family; what it does not offer is the local family's. */
export type FamilyAdapters = CapabilityAdapters & { inspector: PhotoInspector & SampleInspector; assembly: AssemblyAdapter; desk: JobDesk };

/** Builds the chosen families. The answer knows every one of them by name; a name that was not chosen is an error. */
export async function loadAdapters(place: { choice: Choice; accounts: Accounts; local: LocalSettings; now(): Date }): Promise<(family: string) => FamilyAdapters> {
  const { choice, accounts, now } = place;
  checkChoice(choice, accounts);
  const { createLocalFamily } = await import('./local/family.js');
  const { finishing, ...local } = createLocalFamily(place.local);
  const loaded = new Map<string, FamilyAdapters>([['local', { ...local, desk: {} }]]);
  for (const family of paidFamilies(choice)) {
    const account = accounts[family];
    const found = account && (await PAID[family]?.load({ account, finishing, now }));
    if (found) loaded.set(family, { ...local, ...found.adapters, desk: found.desk });
  }
  return (family) => {
    const found = loaded.get(family);
    if (!found) throw new Error(`The provider "${family}" is not configured on this worker.`);
    return found;
  };
}
