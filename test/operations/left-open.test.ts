import type { PaidReport } from '../../activities/maintenance/maintenance';
import { output } from '../api/support/data';
import { runSweep } from '../maintenance/run-sweep';
import { eventually } from '../support/eventually';
import { familyBuyingAt, openHouse, type House } from './counting-house';
import { openMarket, type Market } from './market';

/** Jobs that are lost (their workflow was terminated from outside) while their work is open at a provider. */
describe('paid work that an ended job left open', () => {
  let company: Market;
  let avatarId: string;

  beforeAll(async () => {
    company = await openMarket({
      queues: ['avatar', 'retry', 'media', 'provider', 'maintenance'],
      money: { reconcile_wait_ms: 200, limitsOf: () => ({ max_in_flight: 50, requests_per_minute: 60_000 }) },
    });
    avatarId = await company.avatar();
  });
  afterAll(async () => company.close());

  const query = async <Row extends object>(sql: string, values: unknown[] = []) => (await company.api.deps.pool.query<Row>(sql, values)).rows;
  const sweep = (request: { dry_run?: boolean; older_than_ms?: number; tenant?: string } = {}) => runSweep<PaidReport>(company.orchestra, 'settlePaidWork', { older_than_ms: -1_000, ...request });
  const spent = async (jobId: string): Promise<number> => (await company.http.get(`/v1/jobs/${jobId}`)).body.cost.spent_micro_usd;
  const DAYS_AGO = (days: number) => `now() - interval '${days} days'`;

  async function reserved(): Promise<number> {
    const rows = await query<{ sum: number }>(`select coalesce(sum(reserved_micro_usd), 0)::bigint as sum from intents where status in ('ready', 'sending', 'submitted', 'unknown')`);
    return rows[0]?.sum ?? 0;
  }

  const statusOf = async (jobId: string): Promise<string | undefined> => (await query<{ status: string }>('select status from intents where job_id = $1', [jobId]))[0]?.status;

  /** Ends a job by ending its workflows, while no worker is there that could still finish the work. */
  async function lose(jobId: string, workflows = [jobId]): Promise<void> {
    await company.orchestra.stopWorkers();
    for (const id of workflows) await company.orchestra.handle(id).terminate('lost');
    await company.orchestra.startWorkers();
    await eventually('the job is ended', async () => {
      await runSweep(company.orchestra, 'endLostJobs', { older_than_ms: -1_000 });
      return (await company.job(jobId)).status === 'failed';
    });
  }

  /** A job that is lost once its intent has this status. */
  async function lost(house: House, status: string): Promise<string> {
    company.buyFrom(familyBuyingAt(house));
    const jobId = await company.submit(output(avatarId));
    await eventually(`the work is ${status}`, async () => (await statusOf(jobId)) === status);
    await lose(jobId);
    return jobId;
  }

  function held(more: Partial<House> = {}): House {
    return Object.assign(openHouse(), { holds: true }, more);
  }

  it('costs what its provider says once it has ended there, and a resume takes the result over without paying', async () => {
    const house = held();
    const jobId = await lost(house, 'submitted');
    expect((await sweep()).settled).toEqual([]);
    expect([await reserved(), await spent(jobId)]).toEqual([100_000, 0]);
    house.price = 70_000;
    house.release();
    const row = { job_id: jobId, stage: 'speech', scene: 1, cost_micro_usd: 70_000, possibly: false };
    const young = await runSweep<PaidReport>(company.orchestra, 'settlePaidWork');
    expect(young.settled).toEqual([]);
    expect((await sweep({ tenant: 'other' })).settled).toEqual([]);
    expect((await sweep({ dry_run: true })).settled).toEqual([row]);
    expect(await reserved()).toBe(100_000);
    expect((await sweep()).settled).toEqual([row]);
    expect([await reserved(), await spent(jobId)]).toEqual([0, 70_000]);
    expect((await sweep()).settled).toEqual([]);
    const resumed = await company.resume(jobId);
    expect(await company.ended(resumed)).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 0 } });
    expect([house.creates.length, await spent(jobId)]).toEqual([1, 70_000]);
  });

  it('is not settled a second time where a resumed job that took it over is lost too', async () => {
    const house = held();
    const jobId = await lost(house, 'submitted');
    house.release();
    await sweep();
    house.holds = true;
    const resumed = await company.resume(jobId);
    await eventually('it is taken over', async () => (await statusOf(resumed)) === 'submitted');
    await lose(resumed, [resumed, `${resumed}/pipeline`]);
    house.release();
    expect((await sweep()).settled).toEqual([{ job_id: resumed, stage: 'speech', scene: 1, cost_micro_usd: 0, possibly: false }]);
    expect([await spent(jobId), await spent(resumed)]).toEqual([100_000, 0]);
  });

  it('costs nothing where it was never sent', async () => {
    const house = openHouse();
    house.script = Array.from({ length: 50 }, () => ({ kind: 'fault', fault: { kind: 'rate_limited', charged: 'no', retry_after_ms: 60_000 } }));
    const jobId = await lost(house, 'ready');
    expect((await sweep()).settled).toEqual([{ job_id: jobId, stage: 'speech', scene: 1, cost_micro_usd: 0, possibly: false }]);
    expect([await reserved(), await spent(jobId)]).toEqual([0, 0]);
    house.script = [];
    expect(await company.ended(await company.resume(jobId))).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 100_000 } });
  });

  it('is left for a resume for a week while its fate is unknown or it runs on, and counts as possibly billed then', async () => {
    const unknown = await lost(Object.assign(openHouse(), { script: [{ kind: 'take_then_die' }] }), 'unknown');
    const running = await lost(held(), 'submitted');
    const finish = (days: number) => query(`update jobs set finished_at = ${DAYS_AGO(days)} where job_id = any($1)`, [[unknown, running]]);
    await finish(6);
    expect((await sweep()).settled).toEqual([]);
    await finish(8);
    const rows = [unknown, running].map((job_id) => ({ job_id, stage: 'speech', scene: 1, cost_micro_usd: 100_000, possibly: true }));
    const { settled } = await sweep();
    expect(settled).toHaveLength(2);
    expect(settled).toEqual(expect.arrayContaining(rows));
    expect([await reserved(), await spent(unknown), await spent(running)]).toEqual([0, 100_000, 100_000]);
    const kinds = await query(`select kind from ledger where job_id = any($1) and kind in ('charged', 'possibly_charged')`, [[unknown, running]]);
    expect(kinds).toEqual([{ kind: 'possibly_charged' }, { kind: 'possibly_charged' }]);
  });

  it('stays with the resumed job that adopted it while it runs', async () => {
    const house = held();
    const jobId = await lost(house, 'submitted');
    const resumed = await company.resume(jobId);
    await eventually('it is taken over', async () => (await statusOf(resumed)) === 'submitted');
    await query(`update jobs set finished_at = ${DAYS_AGO(8)} where job_id = $1`, [jobId]);
    expect((await sweep()).settled).toEqual([]);
    house.release();
    expect(await company.ended(resumed)).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 100_000 } });
    expect([house.creates.length, await spent(jobId)]).toEqual([1, 0]);
  });
});
