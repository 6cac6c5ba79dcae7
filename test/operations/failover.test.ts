import type { FrozenRow } from '../../contracts/plan';
import type { Adapters } from '../../activities/deps';
import { output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { createTrivialFamily } from '../support/trivial-family';
import { familyBuyingAt, openHouse, type House } from './counting-house';

/** Two families for speech: `dear` first, then `spare`. */
describe('a provider that cannot', () => {
  let company: Company;
  let dear: House;
  let spare: House;
  const families: Record<string, Adapters> = {};
  let avatarId: string;

  beforeAll(async () => {
    company = await startCompany(createTrivialFamily({ scenes: () => 1, onCall: () => undefined }), { families });
    const { routing } = company.api.deps.settings;
    const spareRoute: NonNullable<FrozenRow['fallbacks']>[number] = { family: 'spare', queue: 'provider' };
    company.api.deps.settings.routing = {
      queues: { ...routing.queues, speech: 'provider' },
      families: { ...routing.families, speech: 'dear' },
      fallbacks: { speech: [spareRoute] },
    };
    avatarId = await company.avatar();
  });
  afterAll(async () => company.close());
  beforeEach(() => {
    dear = openHouse({ call: 'direct' });
    spare = openHouse({ call: 'direct' }, 7_000);
    families['dear'] = familyBuyingAt(dear, { family: 'dear' });
    families['spare'] = familyBuyingAt(spare, { family: 'spare' });
  });

  async function speechStep(jobId: string): Promise<Record<string, unknown>> {
    const { body } = await company.http.get(`/v1/jobs/${jobId}/stages`);
    return body.stages.find((step: { stage: string }) => step.stage === 'speech');
  }

  it('is followed by the next one, and the stage says who, why and at what cost', async () => {
    dear.script = [{ kind: 'fault', fault: { kind: 'quota_exhausted', charged: 'no' } }];
    const jobId = await company.submit(output(avatarId));
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 7_000 } });
    expect((await company.http.get(`/v1/jobs/${jobId}/snapshot`)).body.snapshot.providers).toMatchObject({ speech: ['dear', 'spare'] });
    expect(await speechStep(jobId)).toMatchObject({
      status: 'completed',
      provider_family: 'spare',
      cost_micro_usd: 7_000,
      failover: [{ family: 'dear', next: 'spare', model: 'dear-voice', next_model: 'spare-voice', code: 'provider_quota_exhausted', cost_micro_usd: 0 }],
    });
  });

  it('is not replaced where the content was refused: nobody shops around for consent', async () => {
    dear.script = [{ kind: 'fault', fault: { kind: 'content_rejected', charged: 'no' } }];
    const jobId = await company.submit(output(avatarId));
    expect(await company.ended(jobId)).toMatchObject({ status: 'failed', error: { code: 'provider_content_rejected', stage: 'speech', scene: 1 } });
    expect(spare.submits).toBe(0);
  });

  it('fails with the last one’s fault when nobody is left', async () => {
    dear.script = [{ kind: 'fault', fault: { kind: 'auth', charged: 'no' } }];
    spare.script = [{ kind: 'fault', fault: { kind: 'quota_exhausted', charged: 'no' } }];
    const jobId = await company.submit(output(avatarId));
    expect(await company.ended(jobId)).toMatchObject({ status: 'failed', error: { code: 'provider_quota_exhausted' } });
    expect((await speechStep(jobId))['failover']).toHaveLength(1);
  });
});
