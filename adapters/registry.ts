import { CAPABILITIES, type CapabilityName, type Traits } from './capabilities/adapter';
import type { LocalSettings } from './local/family';

/**
 * The one file that names providers. A family says for each capability it offers where its work runs; its code is
 * loaded only in the process that does the work, so that the API can plan without it.
 */
const FAMILIES: Record<string, Partial<Record<CapabilityName, Traits['queue']>>> = {
  local: {
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
  },
};

/** Ordered families by capability, as the environment chose them. */
export type Choice = Record<CapabilityName, string[]>;

/** @throws Error naming the variable of a family that does not exist or does not offer the capability. */
export function checkChoice(choice: Choice): void {
  for (const capability of CAPABILITIES) {
    for (const family of choice[capability]) {
      if (FAMILIES[family]?.[capability] === undefined) throw new Error(`No provider "${family}" offers ${capability}.`);
    }
    if (choice[capability].length === 0) throw new Error(`No provider is chosen for ${capability}.`);
  }
}

/** Where the work of a capability's first choice runs. */
export function queueOf(choice: Choice, capability: CapabilityName): Traits['queue'] {
  return FAMILIES[choice[capability][0] ?? '']?.[capability] ?? null;
}

/** Builds the chosen adapters. */
export async function loadAdapters(choice: Choice, settings: LocalSettings) {
  checkChoice(choice);
  const { createLocalFamily } = await import('./local/family.js');
  return createLocalFamily(settings);
}
