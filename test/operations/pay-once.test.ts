import { output } from '../api/support/data';
import { eventually } from '../support/eventually';
import { familyBuyingAt, openHouse, type House } from './counting-house';
import { openMarket, type Market } from './market';

/** One product for all cases: which house is bought at is decided for each. */
describe('a paid operation', () => {
  let company: Market;
  let avatarId: string;
  let after: () => void;

  beforeAll(async () => {
    company = await openMarket({ money: { reconcile_wait_ms: 1_500, webhookUrl: (name, key) => `http://127.0.0.1/${name}/${key}` } });
    avatarId = await company.avatar();
  });
  afterAll(async () => company.close());
  beforeEach(() => (after = () => undefined));

  function buyAt(house: House, scenes = 1): House {
    company.buyFrom(familyBuyingAt(house, { scenes: () => scenes, afterPaying: () => after() }));
    return house;
  }

  async function speechOf(jobId: string): Promise<{ stage: string; cost_micro_usd: number }[]> {
    const { body } = await company.http.get(`/v1/jobs/${jobId}/stages`);
    return body.stages.filter((step: { stage: string }) => step.stage === 'speech');
  }

  it('is billed once, and its cost stands on the stage, the job and the ledger', async () => {
    const house = buyAt(openHouse({ call: 'direct' }), 2);
    const job = await company.ended(await company.submit(output(avatarId)));
    expect(job).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 200_000 } });
    expect(house.creates).toHaveLength(2);
    const { job_id } = job as unknown as { job_id: string };
    expect((await speechOf(job_id)).map((step) => step.cost_micro_usd)).toEqual([100_000, 100_000]);
    const { rows } = await company.api.deps.pool.query('select kind, sum(amount_micro_usd)::bigint as sum from ledger where job_id = $1 group by kind order by kind', [job_id]);
    expect(rows).toEqual([{ kind: 'charged', sum: 200_000 }, { kind: 'released', sum: -200_000 }, { kind: 'reserved', sum: 200_000 }]);
  });

  it('is waited for where the provider works on it', async () => {
    const house = buyAt(openHouse());
    house.holds = true;
    const jobId = await company.submit(output(avatarId));
    await eventually('it was submitted', async () => house.creates.length === 1 || null);
    house.release();
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 100_000 } });
    expect(house.submits).toBe(1);
  });

  it('is adopted by its key where the provider knows keys, and the provider bills one of two submits', async () => {
    const house = buyAt(openHouse({ dedupe: 'idempotency_key' }));
    house.script = [{ kind: 'take_then_die' }];
    expect(await company.ended(await company.submit(output(avatarId)))).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 100_000 } });
    expect([house.submits, house.creates.length]).toEqual([2, 1]);
  });

  it('is found by its reference after a crash, and never submitted again', async () => {
    const house = buyAt(openHouse({ dedupe: 'client_reference' }));
    house.script = [{ kind: 'take_then_die' }];
    expect(await company.ended(await company.submit(output(avatarId)))).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 100_000 } });
    expect([house.submits, house.creates.length]).toEqual([1, 1]);
  });

  it('is submitted again where the look-up shows that it never arrived', async () => {
    const house = buyAt(openHouse({ dedupe: 'client_reference' }));
    house.script = [{ kind: 'die' }];
    expect(await company.ended(await company.submit(output(avatarId)))).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 100_000 } });
    expect([house.submits, house.creates.length]).toEqual([2, 1]);
  });

  it('is repeated after a crash only while it is cheap, and both bills count', async () => {
    const house = buyAt(openHouse({}, 1_000));
    house.script = [{ kind: 'take_then_die' }];
    expect(await company.ended(await company.submit(output(avatarId)))).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 2_000 } });
    expect(house.creates).toHaveLength(2);
  });

  it('waits for an operator when it is dear and its fate unknown, who adopts the provider’s job', async () => {
    const house = buyAt(openHouse());
    house.script = [{ kind: 'take_then_die' }];
    const jobId = await company.submit(output(avatarId));
    expect(await company.unknownGate(jobId)).toMatchObject({ stage: 'speech', scenes: [1] });
    expect((await company.http.get(`/v1/jobs/${jobId}`)).body.status).toBe('waiting_for_approval');
    expect((await company.resolve(jobId, { resolution: 'adopt', provider_job_id: house.creates[0] })).status).toBe(202);
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed', awaiting: [], cost: { spent_micro_usd: 100_000 } });
    expect(house.submits).toBe(1);
    expect((await company.resolve(jobId, { resolution: 'abandon' })).body.code).toBe('gate_not_open');
  });

  it('is sent again when the operator found that it never arrived', async () => {
    const house = buyAt(openHouse());
    house.script = [{ kind: 'die' }];
    const jobId = await company.submit(output(avatarId));
    await company.unknownGate(jobId);
    await company.resolve(jobId, { resolution: 'resubmit' });
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 100_000 } });
    expect([house.submits, house.creates.length]).toEqual([2, 1]);
  });

  it('fails the stage when the operator gives it up, and counts as possibly billed', async () => {
    const house = buyAt(openHouse());
    house.script = [{ kind: 'take_then_die' }];
    const jobId = await company.submit(output(avatarId));
    await company.unknownGate(jobId);
    await company.resolve(jobId, { resolution: 'abandon' });
    expect(await company.ended(jobId)).toMatchObject({ status: 'failed', error: { code: 'submit_unknown', stage: 'speech', resumable_from: 'speech' }, cost: { spent_micro_usd: 100_000 } });
    expect(house.submits).toBe(1);
  });

  it('waits without counting attempts while the provider has no room', async () => {
    const house = buyAt(openHouse());
    house.script = [1, 2].map(() => ({ kind: 'fault', fault: { kind: 'rate_limited', charged: 'no', retry_after_ms: 50 } }));
    const jobId = await company.submit(output(avatarId));
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed' });
    expect([house.submits, house.creates.length]).toEqual([3, 1]);
    expect(await speechOf(jobId)).toMatchObject([{ attempts: 1, cost_micro_usd: 100_000 }]);
  });

  it('is tried again by itself when the provider is down, and fails when it stays down', async () => {
    const house = buyAt(openHouse());
    house.script = [{ kind: 'fault', fault: { kind: 'down', charged: 'no' } }];
    expect(await company.ended(await company.submit(output(avatarId)))).toMatchObject({ status: 'completed' });
    expect(house.creates).toHaveLength(1);
    house.script = [{ kind: 'fault', fault: { kind: 'auth', charged: 'no' } }];
    expect(await company.ended(await company.submit(output(avatarId)))).toMatchObject({ status: 'failed', error: { code: 'provider_auth' }, cost: { spent_micro_usd: 0 } });
  });

  it('is not paid again by a resume of a job that failed after paying', async () => {
    const house = buyAt(openHouse({ call: 'direct' }));
    after = () => {
      throw Object.assign(new Error('rejected'), { name: 'VoiceSampleRejected', code: 'voice_sample_short' });
    };
    const failed = await company.submit(output(avatarId));
    expect(await company.ended(failed)).toMatchObject({ status: 'failed', cost: { spent_micro_usd: 100_000 } });
    after = () => undefined;
    const resumed = await company.resume(failed);
    expect(await company.ended(resumed)).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 0 } });
    expect(house.creates).toHaveLength(1);
  });
});
