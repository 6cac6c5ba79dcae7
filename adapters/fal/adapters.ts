import type { Traits } from '../capabilities/adapter';
import { paidAdapter } from '../paid-adapter';
import type { FamilySettings, LoadedFamily } from '../provider-family';
import { createFalBackground } from './background';
import { createFalEnhance } from './enhance';
import { createFalHttp } from './fal-http';
import { createFalLipSync } from './lip-sync';
import { buyFrom, type FalWork } from './purchase';
import { createFalDesk, submitToQueue } from './queue';
import { falTariff, type FalCapability } from './tariff';
import { createFalVideo } from './video';

/** A job in a queue that reports its end by webhook; nothing lets a repeated submit be recognised. */
const FAL_TRAITS: Traits = {
  call: 'job',
  queue: 'provider',
  dedupe: 'webhook',
  cancel: 'any',
  webhook: true,
  result_ttl_ms: 7 * 24 * 3_600_000,
  cost: 'reported',
  inputs: 'lend_url',
};

/** @throws Error where the tariff cannot be used */
export function createFalAdapters({ account, finishing, now }: FamilySettings): LoadedFamily {
  const http = createFalHttp(account, now);
  const tariff = () => falTariff(account.tariff_file);
  const desk = createFalDesk(http, tariff);
  const work = <Name extends FalCapability>(capability: Name): FalWork<Name> => {
    const model = tariff()[capability];
    const info = paidAdapter(capability, { family: 'fal', model: model.model, traits: FAL_TRAITS });
    const buy = buyFrom({ capability, model, traits: FAL_TRAITS, desk, submit: (request, call) => submitToQueue(http, request, call) });
    return { info, model, finishing, buy };
  };
  return {
    desk,
    adapters: {
      video: createFalVideo(work('video')),
      lip_sync: createFalLipSync(work('lip_sync')),
      enhance: createFalEnhance(work('enhance')),
      background: createFalBackground(work('background')),
    },
  };
}
