import type { ProviderFamily } from '../provider-family';
import { elevenlabsTariff, estimateElevenlabs } from './tariff';

/** Speech with the provider's own word times, and clones of consenting people's voices. */
export const ELEVENLABS_FAMILY: ProviderFamily = {
  offers: { speech: 'provider', voice: 'provider' },
  adoptable: ['voice'],
  // What a small plan lets run at once; it is throttled by concurrency, not by pace.
  limits: { max_in_flight: 3, requests_per_minute: 120 },
  estimate: (capability, size, tariffFile) => estimateElevenlabs(elevenlabsTariff(tariffFile), capability, size),
  async load(settings) {
    const { loadElevenlabs } = await import('./load.js');
    return loadElevenlabs(settings);
  },
};
