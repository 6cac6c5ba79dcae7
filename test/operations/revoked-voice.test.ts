import type { Adapters } from '../../activities/deps';
import type { Outcome, PaidOperation } from '../../adapters/capabilities/paid-operation';
import { ProviderFault } from '../../adapters/capabilities/provider-fault';
import type { ErasureReport } from '../../activities/maintenance/maintenance';
import { CONSENT, makeAsset, newKey } from '../api/support/data';
import { runSweep } from '../maintenance/run-sweep';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { VOICE } from '../support/snapshots';
import { createTrivialFamily } from '../support/trivial-family';
import { JOB_TRAITS, unanswered } from './counting-house';

describe('a voice that was cloned at a provider', () => {
  const house = { voices: new Set<string>(), isAway: false, isSilent: false };
  let company: Company;

  beforeAll(async () => {
    const free = createTrivialFamily({ scenes: () => 1, onCall: () => undefined });
    company = await startCompany(free, { queues: ['avatar', 'media', 'provider', 'retry', 'maintenance'], families: { cloner: clonerBeside(free) } });
    const { routing } = company.api.deps.settings;
    company.api.deps.settings.routing = { ...routing, queues: { ...routing.queues, voice_profile: 'provider' }, families: { ...routing.families, voice_profile: 'cloner' } };
  });
  afterAll(async () => company.close());

  function reach(): void {
    if (house.isAway) throw new ProviderFault('cloner', { kind: 'down', charged: 'no' });
  }

  function outcomeOf(voice_id: string): Outcome {
    return { files: [], meta: { voice_id }, cost_micro_usd: 5, cost_source: 'tariff' };
  }

  /** Clones are called after the operation that made them; deleting one that is gone is no error. */
  function clonerBeside(free: Adapters): Adapters {
    const traits = { ...JOB_TRAITS, call: 'direct' as const };
    const operationOf = (): PaidOperation => ({
      ...{ family: 'cloner', part: '', traits, estimate: { low: 5, high: 5 }, request: { model: 'voices', body: {}, assets: {} } },
      submit: (_, call) => {
        house.voices.add(call.operation_key);
        if (house.isSilent) return unanswered('cloner', call.signal);
        return Promise.resolve({ kind: 'finished', outcome: outcomeOf(call.operation_key) });
      },
    });
    return {
      ...free,
      desk: {
        find: (_, { operation_key }) => {
          reach();
          return Promise.resolve(house.voices.has(operation_key) ? { id: operation_key } : null);
        },
        poll: ({ id }) => Promise.resolve({ kind: 'succeeded', outcome: outcomeOf(id) }),
        forget: ({ meta }) => {
          reach();
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

  async function clone(avatar_id: string): Promise<string> {
    const { asset_id } = await makeAsset(company.api);
    return company.submit({ contract: 'v3', job_type: 'voice_cloning', idempotency_key: newKey(), voice_sample: { asset_id }, avatar_id, name: 'Ada', consent: CONSENT });
  }
  const sweep = (more: { dry_run?: boolean } = {}) => runSweep<ErasureReport>(company.orchestra, 'eraseAvatars', { older_than_ms: -1_000, ...more });
  beforeEach(() => Object.assign(house, { isAway: false, isSilent: false }));

  it('is deleted there when its person revokes the consent, however often the provider has to be asked', async () => {
    const avatar_id = await company.avatar();
    expect(await company.ended(await clone(avatar_id))).toMatchObject({ status: 'completed' });
    expect(house.voices.size).toBe(1);

    expect((await company.http.send('DELETE', `/v1/avatars/${avatar_id}`)).status).toBe(202);
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

  it('is found there by its key and deleted where it came to be after the job was stopped', async () => {
    const avatar_id = await company.avatar();
    house.isSilent = true;
    const jobId = await clone(avatar_id);
    await eventually('the voice is made', () => Promise.resolve(house.voices.size === 1));
    house.isAway = true;
    expect((await company.http.send('DELETE', `/v1/avatars/${avatar_id}`)).status).toBe(202);
    expect(await company.ended(jobId)).toMatchObject({ status: 'cancelled' });
    expect(await sweep()).toMatchObject({ erased: [], left_at_providers: [{ avatar_id, voices: 1 }] });
    house.isAway = false;
    expect(await sweep()).toMatchObject({ erased: [{ avatar_id }], left_at_providers: [] });
    expect(house.voices.size).toBe(0);
  });

  it('is not waited for where its provider has none of that key', async () => {
    const avatar_id = await company.avatar();
    house.isSilent = true;
    const jobId = await clone(avatar_id);
    await eventually('the voice is made', () => Promise.resolve(house.voices.size === 1));
    house.voices.clear();
    await company.http.send('DELETE', `/v1/avatars/${avatar_id}`);
    expect(await company.ended(jobId)).toMatchObject({ status: 'cancelled' });
    expect(await sweep()).toMatchObject({ erased: [{ avatar_id }], left_at_providers: [] });
  });
});
