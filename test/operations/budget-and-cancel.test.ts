import type { PaidReport } from '../../activities/maintenance/maintenance';
import { output } from '../api/support/data';
import { runSweep } from '../maintenance/run-sweep';
import { eventually } from '../support/eventually';
import { familyBuyingAt, openHouse, type House } from './counting-house';
import { openMarket, type Market } from './market';

describe('money that is not there, and work that is not wanted', () => {
  let company: Market;
  let avatarId: string;

  beforeAll(async () => {
    company = await openMarket({
      queues: ['avatar', 'retry', 'media', 'provider', 'maintenance'],
      money: { tenant_day_cap_micro_usd: 10_000_000, limitsOf: () => ({ max_in_flight: 2, requests_per_minute: 60_000 }) },
    });
    avatarId = await company.avatar();
  });
  afterAll(async () => company.close());

  function buyAt(house: House, scenes = 1): House {
    company.buyFrom(familyBuyingAt(house, { scenes: () => scenes }));
    return house;
  }

  const events = async (jobId: string): Promise<{ type: string; data: Record<string, unknown> }[]> => (await company.http.get(`/v1/jobs/${jobId}/events`)).body.events;
  const waits = (jobId: string) => eventually('the job waits for money', async () => (await company.job(jobId)).status === 'waiting_for_budget');
  const submitted = (house: House, count = 1) => eventually('the work runs at the provider', async () => house.creates.length === count);

  it('parks a job over its cap, and goes on exactly there when the cap is raised', async () => {
    const house = buyAt(openHouse(), 3);
    const jobId = await company.submit(output(avatarId, { budget_micro_usd: 150_000 }));
    await waits(jobId);
    await eventually('what fits is made', async () => (await company.job(jobId) as unknown as { cost: { spent_micro_usd: number } }).cost.spent_micro_usd === 100_000);
    expect(house.creates).toHaveLength(1);
    const waiting = (await events(jobId)).filter(({ type }) => type === 'job.waiting_for_budget');
    expect(waiting[0]?.data['awaiting']).toMatchObject({ stage: 'speech', cap: 'job', cap_micro_usd: 150_000, needed_micro_usd: 100_000 });
    expect((await company.http.post(`/v1/jobs/${jobId}/budget`, { budget_micro_usd: 300_000 })).status).toBe(202);
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 300_000, budget_micro_usd: 300_000 } });
    expect(house.creates).toHaveLength(3);
    const { rows } = await company.api.deps.pool.query(`select stage from steps where job_id = $1 and attempts - waits > 1`, [jobId]);
    expect(rows).toEqual([]);
  });

  const sweep = () => runSweep<PaidReport>(company.orchestra, 'settlePaidWork');

  it('counts a tenant’s day over all its jobs, and lets parked work go on by the sweep when there is room', async () => {
    const { money } = company.orchestra.deps;
    const spent = await company.api.deps.pool.query<{ sum: number }>(`select coalesce(sum(amount_micro_usd), 0)::bigint as sum from ledger where kind in ('charged', 'possibly_charged')`);
    money.tenant_day_cap_micro_usd = (spent.rows[0]?.sum ?? 0) + 150_000;
    const house = buyAt(openHouse({}, 100_000), 2);
    const jobId = await company.submit(output(avatarId));
    await waits(jobId);
    expect((await events(jobId)).find(({ type }) => type === 'job.waiting_for_budget')?.data['awaiting']).toMatchObject({ cap: 'tenant_day' });
    expect(await sweep()).toMatchObject({ unparked: [] });
    money.tenant_day_cap_micro_usd += 100_000;
    expect(await sweep()).toMatchObject({ unparked: [jobId] });
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed' });
    expect(house.creates).toHaveLength(2);
    money.tenant_day_cap_micro_usd = 1_000_000_000;
  });

  it('never has more under way at a provider than the account bears, over all jobs', async () => {
    const house = buyAt(openHouse({}, 1_000), 5);
    const jobs = await Promise.all([1, 2].map(() => company.submit(output(avatarId))));
    for (const jobId of jobs) expect(await company.ended(jobId)).toMatchObject({ status: 'completed' });
    expect(house.creates).toHaveLength(10);
    expect(house.most_at_once).toBeLessThanOrEqual(2);
  });

  it('cancels the provider’s job with its own, and a resume buys anew', async () => {
    const house = buyAt(openHouse());
    house.holds = true;
    const jobId = await company.submit(output(avatarId));
    await submitted(house);
    const answer = await company.http.post(`/v1/jobs/${jobId}/cancel`, {});
    expect([answer.status, answer.body.status]).toEqual([202, 'cancelling']);
    expect(await company.ended(jobId)).toMatchObject({
      status: 'cancelled',
      cost: { spent_micro_usd: 0 },
      result: { cancellation: { stopped: [{ stage: 'speech', scene: 1, provider_family: 'paid', cost_micro_usd: 0 }], not_stopped: [] } },
    });
    expect(house.cancels).toEqual(house.creates);
    house.release();
    const resumed = await company.resume(jobId);
    expect(await company.ended(resumed)).toMatchObject({ status: 'completed' });
    expect(house.creates).toHaveLength(2);
  });

  /** A job that is cancelled while its provider works on it and does not let go. */
  async function cancelTooLate() {
    const house = buyAt(Object.assign(openHouse(), { holds: true, cancellable: false }));
    const jobId = await company.submit(output(avatarId));
    await submitted(house);
    await company.http.post(`/v1/jobs/${jobId}/cancel`, {});
    return { house, jobId, job: await company.ended(jobId) };
  }

  it('says what could not be stopped and what it cost, and a resume takes that over instead of paying again', async () => {
    const { house, jobId, job } = await cancelTooLate();
    expect(job).toMatchObject({
      status: 'cancelled',
      cost: { spent_micro_usd: 100_000 },
      result: { cancellation: { stopped: [], not_stopped: [{ stage: 'speech', scene: 1, provider_family: 'paid', cost_micro_usd: 100_000 }] } },
    });
    house.release();
    const resumed = await company.resume(jobId);
    expect(await company.ended(resumed)).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 0 } });
    expect(house.creates).toHaveLength(1);
  });

  it('corrects what could not be stopped when the provider says what it came to', async () => {
    const { house, jobId, job } = await cancelTooLate();
    expect(job).toMatchObject({ cost: { spent_micro_usd: 100_000 } });
    house.price = 60_000;
    house.release();
    expect(await sweep()).toMatchObject({ corrected: [{ job_id: jobId, stage: 'speech', scene: 1, cost_micro_usd: 60_000 }] });
    expect(await company.job(jobId)).toMatchObject({ cost: { spent_micro_usd: 60_000 } });
    const { rows } = await company.api.deps.pool.query(`select amount_micro_usd from ledger where job_id = $1 and kind = 'refunded'`, [jobId]);
    expect(rows).toEqual([{ amount_micro_usd: -40_000 }]);
    expect(await sweep()).toMatchObject({ corrected: [] });
  });

  it('ends a job at once that is cancelled while it waits for money', async () => {
    const house = buyAt(openHouse());
    const jobId = await company.submit(output(avatarId, { budget_micro_usd: 1 }));
    await waits(jobId);
    await company.http.post(`/v1/jobs/${jobId}/cancel`, {});
    expect(await company.ended(jobId)).toMatchObject({ status: 'cancelled', result: { cancellation: { stopped: [], not_stopped: [] } } });
    expect(house.submits).toBe(0);
  });
});
