import type { ProviderFamily } from '../provider-family';
import { estimateOpenai } from './prices';
import { openaiTariff } from './tariff';

/** Scripts, storyboards, portraits, backgrounds and speech behind an OpenAI key. */
export const OPENAI_FAMILY: ProviderFamily = {
  offers: { plan: 'provider', image: 'provider', speech: 'provider', background: 'provider' },
  adoptable: [],
  // The lowest paid tier; pictures are the tightest.
  limits: { max_in_flight: 8, requests_per_minute: 60 },
  estimate: (capability, size, tariffFile) => estimateOpenai(openaiTariff(tariffFile), capability, size),
  async load(settings) {
    const { loadOpenai } = await import('./load.js');
    return { adapters: loadOpenai(settings), desk: {} };
  },
};
