import type { ProviderFamily } from '../provider-family';
import { falEstimate, falTariff, isFalCapability } from './tariff';
import { readReport } from './webhook';
import { WebhookKeys } from './webhook-keys';

/** fal: pictures into film, lips to speech, larger and cleaner film, painted backgrounds. See README.md in this folder. */
export function createFalFamily(): ProviderFamily {
  const keys = new WeakMap<object, WebhookKeys>();
  return {
    offers: { video: 'provider', lip_sync: 'provider', enhance: 'provider', background: 'provider' },
    adoptable: ['video', 'lip_sync', 'enhance', 'background'],
    // A new account runs two requests at once; more of them wait in fal's own queue, unbilled.
    limits: { max_in_flight: 2, requests_per_minute: 120 },
    estimate: (capability, size, tariffFile) => (isFalCapability(capability) ? falEstimate(falTariff(tariffFile)[capability], size) : { low: 0, high: 0 }),
    load: async (settings) => (await import('./adapters.js')).createFalAdapters(settings),
    receive: (report, account) => {
      const known = keys.get(account) ?? new WebhookKeys(account);
      keys.set(account, known);
      return readReport(report, known);
    },
  };
}
