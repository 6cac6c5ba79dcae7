import type { Adapters } from '../../activities/deps';
import type { PaidReport } from '../../activities/maintenance/maintenance';
import { ProviderFault } from '../../adapters/capabilities/provider-fault';
import type { FaultFacts } from '../../contracts/operation';
import type { FrozenRow } from '../../contracts/plan';
import { settleIntent } from '../../db/settlements';
import { takeReport } from '../../db/unknown-submits';
import { output } from '../api/support/data';
import { runSweep } from '../maintenance/run-sweep';
import { eventually } from '../support/eventually';
import { familyBuyingAt, openHouse, unanswered, type House } from './counting-house';
import { openMarket, type Market } from './market';

/** Providers that answer wrongly, late or not at all while something of ours runs there, and jobs that end at the wrong moment. */
describe('work that is paid at a provider', () => {
  let company: Market;
  let avatarId: string;
  const families: Record<string, Adapters> = {};

  beforeAll(async () => {
    company = await openMarket({ queues: ['avatar', 'retry', 'media', 'provider', 'maintenance'], families, money: { reconcile_wait_ms: 1_500 } });
    avatarId = await company.avatar();
  });
  afterAll(async () => company.close());

  function buyAt(house: House, scenes = 1): House {
    company.buyFrom(familyBuyingAt(house, { scenes: () => scenes }));
    return house;
  }

  /** Throws as told at the first questions of one kind. */
  function refuse(house: House, what: 'find' | 'poll', fault: FaultFacts, times = 1): void {
    let left = times;
    house.asked = (asked) => {
      if (asked === what && left-- > 0) throw new ProviderFault('paid', fault);
    };
  }

  const intentsOf = async (jobId: string) => (await company.api.deps.pool.query('select operation_key, wire_key, family, status, provider_job, reserved_micro_usd from intents where job_id = $1 order by created_at', [jobId])).rows;
  const spentOf = async (jobId: string) => (await company.http.get(`/v1/jobs/${jobId}`)).body.cost.spent_micro_usd;
  const cancel = async (jobId: string) => {
    await company.http.post(`/v1/jobs/${jobId}/cancel`);
    return company.ended(jobId);
  };

  it('is looked for again where the look-up itself failed, and never sent twice', async () => {
    const house = buyAt(openHouse({ dedupe: 'client_reference' }));
    house.script = [{ kind: 'take_then_die' }];
    refuse(house, 'find', { kind: 'down', charged: 'unknown' }, 3);
    expect(await company.ended(await company.submit(output(avatarId)))).toMatchObject({ status: 'completed' });
    expect(house.creates).toHaveLength(1);
  });

  it('is waited for no longer where somebody else has settled it', async () => {
    const house = buyAt(Object.assign(openHouse(), { holds: true }));
    const jobId = await company.submit(output(avatarId));
    const intent = await eventually('the provider works on it', async () => (await intentsOf(jobId)).find(({ status }) => status === 'submitted'));
    const settled = { status: 'succeeded', outcome: { files: {}, meta: { made: true } }, cost_micro_usd: 70_000, possibly: false } as const;
    await settleIntent(company.api.deps.pool, { operation_key: intent.operation_key, ...settled, now: new Date() });
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 70_000 } });
    expect(house.holds).toBe(true);
  });

  it('is not bought again for a job that could not be found for a moment', async () => {
    const house = buyAt(openHouse());
    refuse(house, 'poll', { kind: 'expired', charged: 'unknown', http_status: 404 });
    const jobId = await company.submit(output(avatarId));
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 100_000 } });
    expect(house.creates).toHaveLength(1);
  });

  it('is not bought again at any price when its job is really gone', async () => {
    const house = buyAt(openHouse());
    refuse(house, 'poll', { kind: 'expired', charged: 'unknown', http_status: 404 }, 1_000);
    const jobId = await company.submit(output(avatarId));
    expect(await company.ended(jobId)).toMatchObject({ status: 'failed', error: { code: 'provider_expired', resumable_from: 'speech' } });
    expect([house.creates.length, await spentOf(jobId)]).toEqual([1, 100_000]);
  });

  it('stays with its provider when that refuses to tell about it: nobody else is paid for the same', async () => {
    const [dear, spare] = [openHouse(), openHouse({ call: 'direct' }, 7_000)];
    families['dear'] = familyBuyingAt(dear, { family: 'dear' });
    families['spare'] = familyBuyingAt(spare, { family: 'spare' });
    const { settings } = company.api.deps;
    const { routing } = settings;
    const spareRoute: NonNullable<FrozenRow['fallbacks']>[number] = { family: 'spare', queue: 'provider' };
    settings.routing = { queues: { ...routing.queues, speech: 'provider' }, families: { ...routing.families, speech: 'dear' }, fallbacks: { speech: [spareRoute] } };
    let asked = 0;
    dear.asked = () => {
      asked += 1;
      throw new ProviderFault('dear', { kind: 'auth', charged: 'unknown', http_status: 401 });
    };
    const jobId = await company.submit(output(avatarId));
    settings.routing = routing;
    await eventually('the provider refused', async () => asked > 0);
    const pauses = () => company.orchestra.handle(jobId).describe().then(({ raw }) => (raw.pendingActivities ?? []).some(({ lastFailure }) => lastFailure?.message?.includes('auth')));
    await eventually('the stage waits for it', pauses);
    expect(await cancel(jobId)).toMatchObject({ status: 'cancelled' });
    expect([dear.creates.length, dear.cancels.length, spare.submits]).toEqual([1, 1, 0]);
  });

  it('is not begun anew by a worker that has not heard that the job has ended', async () => {
    const house = buyAt(openHouse());
    house.holds = true;
    const jobId = await company.submit(output(avatarId));
    await eventually('it runs', async () => (await intentsOf(jobId))[0]?.status === 'submitted');
    const { pool } = company.api.deps;
    await pool.query(`update jobs set status = 'cancelled', finished_at = now() where job_id = $1`, [jobId]);
    const [intent] = await intentsOf(jobId);
    await settleIntent(pool, { operation_key: intent.operation_key, status: 'cancelled', cancel_result: 'too_late', cost_micro_usd: 100_000, possibly: true, now: new Date() });
    house.release();
    await company.orchestra.ended(jobId);
    expect([house.submits, (await intentsOf(jobId)).length]).toEqual([1, 1]);
  });

  it('of which nobody knows is nothing to send again after a cancellation and a resume', async () => {
    const house = buyAt(openHouse());
    house.script = [{ kind: 'take_then_die' }];
    const jobId = await company.submit(output(avatarId));
    await company.unknownGate(jobId);
    expect(await cancel(jobId)).toMatchObject({ status: 'cancelled', result: { cancellation: { not_stopped: [{ cost_micro_usd: 100_000 }] } } });
    const again = await company.resume(jobId);
    expect(await company.unknownGate(again)).toMatchObject({ stage: 'speech' });
    expect(house.creates).toHaveLength(1);
    await company.http.post(`/v1/jobs/${again}/resolve`, { stage: 'speech', scene: 1, resolution: 'adopt', provider_job_id: house.creates[0] }, { role: 'operator' });
    expect(await company.ended(again)).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 0 } });
    expect(house.creates).toHaveLength(1);
  });

  it('that is reported only after its job was cancelled is cancelled then, and costs what the provider says', async () => {
    const house = buyAt(openHouse());
    house.script = [{ kind: 'take_then_die' }];
    house.holds = true;
    const jobId = await company.submit(output(avatarId));
    await company.unknownGate(jobId);
    await cancel(jobId);
    const [{ family: name, wire_key }] = await intentsOf(jobId);
    const job = { id: house.creates[0] ?? '' };
    await takeReport(company.api.deps.pool, { family: name, event_id: `late-${jobId}`, wire_key, job, now: new Date() });
    expect(await intentsOf(jobId)).toMatchObject([{ status: 'cancelled', provider_job: job }]);
    expect([house.cancels, await spentOf(jobId)]).toEqual([[], 100_000]);
    for (let sweep = 0; sweep < 2; sweep += 1) await runSweep<PaidReport>(company.orchestra, 'settlePaidWork');
    expect([house.cancels, await spentOf(jobId)]).toEqual([[job.id], 0]);
  });

  it('is asked about anew in a resumed job, visibly, where nobody knew its fate', async () => {
    const house = buyAt(openHouse(), 2);
    house.script = [{ kind: 'take_then_die' }, { kind: 'fault', fault: { kind: 'bad_input', charged: 'no' } }];
    const jobId = await company.submit(output(avatarId));
    expect(await company.ended(jobId)).toMatchObject({ status: 'failed' });
    const again = await company.resume(jobId);
    await company.unknownGate(again);
    expect((await company.http.get(`/v1/jobs/${again}`)).body.status).toBe('waiting_for_approval');
    const { rows } = await company.api.deps.pool.query(`select count(*)::integer as told from events where job_id = $1 and type = 'job.waiting_for_approval'`, [again]);
    expect(rows).toEqual([{ told: 1 }]);
    await cancel(again);
  });

  it.each([
    ['ends well', false, 'completed'],
    ['ends badly', true, 'failed'],
  ])('costs where it was begun what the provider says in the end, also when it %s in another job', async (_, fails, status) => {
    const house = buyAt(openHouse());
    house.holds = true;
    house.cancellable = false;
    const jobId = await company.submit(output(avatarId));
    await eventually('it runs', async () => (await intentsOf(jobId))[0]?.status === 'submitted');
    await cancel(jobId);
    Object.assign(house, { price: 60_000, fails });
    house.release();
    const again = await company.resume(jobId);
    expect(await company.ended(again)).toMatchObject({ status, cost: { spent_micro_usd: 0 } });
    await runSweep<PaidReport>(company.orchestra, 'settlePaidWork');
    expect(await spentOf(jobId)).toBe(60_000);
    expect(house.creates).toHaveLength(1);
  });

  it('that was cancelled in the middle of its only call is said to have been too late, with its price', async () => {
    const house = openHouse({ call: 'direct' }, 1_000);
    const family = familyBuyingAt(house);
    const { speech } = family;
    let begun = false;
    const hangs = (_: unknown, call: { signal: AbortSignal }): Promise<never> => {
      begun = true;
      return unanswered('paid', call.signal);
    };
    company.buyFrom({ ...family, speech: { ...speech, perform: (request, context) => speech.perform(request, { ...context, operate: (operation) => context.operate({ ...operation, submit: hangs }) }) } });
    const jobId = await company.submit(output(avatarId));
    await eventually('the call is under way', async () => begun);
    expect(await cancel(jobId)).toMatchObject({ status: 'cancelled', cost: { spent_micro_usd: 1_000 }, result: { cancellation: { stopped: [], not_stopped: [{ cost_micro_usd: 1_000 }] } } });
    expect(house.creates).toHaveLength(0);
  });
});
