import type { Adapters } from '../../activities/deps';
import type { PaidOperation } from '../../adapters/capabilities/paid-operation';
import { ProviderFault } from '../../adapters/capabilities/provider-fault';
import type { ErasureReport } from '../../activities/maintenance/maintenance';
import { CONSENT, makeAsset, newKey } from '../api/support/data';
import { runSweep } from '../maintenance/run-sweep';
import { startCompany, type Company } from '../support/company';
import { VOICE } from '../support/snapshots';
import { createTrivialFamily } from '../support/trivial-family';
import { JOB_TRAITS } from './counting-house';

describe('a voice that was cloned at a provider', () => {
  const house = { voices: new Set<string>(), isAway: false };
  let company: Company;

  beforeAll(async () => {
    const free = createTrivialFamily({ scenes: () => 1, onCall: () => undefined });
    company = await startCompany(free, { queues: ['avatar', 'media', 'provider', 'retry', 'maintenance'], families: { cloner: clonerBeside(free) } });
    const { routing } = company.api.deps.settings;
    company.api.deps.settings.routing = { ...routing, queues: { ...routing.queues, voice_profile: 'provider' }, families: { ...routing.families, voice_profile: 'cloner' } };
  });
  afterAll(async () => company.close());

  /** Clones are called after the operation that made them; deleting one that is gone is no error. */
  function clonerBeside(free: Adapters): Adapters {
    const traits = { ...JOB_TRAITS, call: 'direct' as const };
    const operationOf = (): PaidOperation => ({
      ...{ family: 'cloner', part: '', traits, estimate: { low: 5, high: 5 }, request: { model: 'voices', body: {}, assets: {} } },
      submit: (_, call) => {
        house.voices.add(call.operation_key);
        return Promise.resolve({ kind: 'finished', outcome: { files: [], meta: { voice_id: call.operation_key }, cost_micro_usd: 5, cost_source: 'tariff' } });
      },
    });
    return {
      ...free,
      desk: {
        forget: ({ meta }) => {
          if (house.isAway) throw new ProviderFault('cloner', { kind: 'down', charged: 'no' });
          house.voices.delete(String(meta['voice_id']));
          return Promise.resolve();
        },
      },
      voice: {
        ...free.voice,
        ...{ family: 'cloner', traits },
        perform: async (_, context) => {
          const { meta } = await context.operate(operationOf());
          return { profile: { ...VOICE, kind: 'cloned', family: 'cloner', voice_id: `cloner:${String(meta['voice_id'])}` } };
        },
      },
    };
  }

  it('is deleted there when its person revokes the consent, however often the provider has to be asked', async () => {
    const avatar_id = await company.avatar();
    const { asset_id } = await makeAsset(company.api);
    const cloning = { contract: 'v3', job_type: 'voice_cloning', idempotency_key: newKey(), voice_sample: { asset_id }, avatar_id, name: 'Ada', consent: CONSENT };
    expect(await company.ended(await company.submit(cloning))).toMatchObject({ status: 'completed' });
    expect(house.voices.size).toBe(1);

    expect((await company.http.send('DELETE', `/v1/avatars/${avatar_id}`)).status).toBe(202);
    const sweep = (more: { dry_run?: boolean } = {}) => runSweep<ErasureReport>(company.orchestra, 'eraseAvatars', { older_than_ms: -1_000, ...more });
    const left = { erased: [], left_at_providers: [{ avatar_id, voices: 1 }] };
    house.isAway = true;
    expect(await sweep()).toMatchObject(left);
    house.isAway = false;
    expect(await sweep({ dry_run: true })).toMatchObject(left);
    expect(house.voices.size).toBe(1);
    expect(await sweep()).toMatchObject({ erased: [{ avatar_id }], left_at_providers: [] });
    expect(house.voices.size).toBe(0);
    expect(await sweep()).toMatchObject({ erased: [], left_at_providers: [] });
  });
});
