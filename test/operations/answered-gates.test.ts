import type { PaidReport } from '../../activities/maintenance/maintenance';
import { parkUnknown, takeReport } from '../../db/unknown-submits';
import { inTransaction } from '../../db/pool';
import { output } from '../api/support/data';
import { runSweep } from '../maintenance/run-sweep';
import { eventually } from '../support/eventually';
import { familyBuyingAt, openHouse, type House } from './counting-house';
import { openMarket, type Market } from './market';

/** Work that was submitted, and nobody heard of it: the job waits for an operator, until somebody or something answers. */
describe('a job that waited for an answer about a submit', () => {
  let company: Market;
  let avatarId: string;

  beforeAll(async () => {
    company = await openMarket({ queues: ['avatar', 'media', 'provider', 'maintenance'], money: { reconcile_wait_ms: 200 } });
    avatarId = await company.avatar();
  });
  afterAll(async () => company.close());

  const statusOf = async (jobId: string) => {
    const { rows } = await company.api.deps.pool.query<{ status: string }>('select status from jobs where job_id = $1', [jobId]);
    return rows[0]?.status;
  };
  const awaited = async (jobId: string): Promise<number> => (await company.http.get(`/v1/jobs/${jobId}`)).body.awaiting.length;
  /** Submits a job whose provider took the money while the caller died, and holds the work. */
  async function unknown(house: House, scenes = 1, name = 'paid'): Promise<string> {
    company.buyFrom(familyBuyingAt(house, { scenes: () => scenes, family: name }));
    house.holds = true;
    house.script = Array.from({ length: scenes }, () => ({ kind: 'take_then_die' as const }));
    const jobId = await company.submit(output(avatarId));
    await eventually('an operator is asked about each', async () => (await awaited(jobId)) === scenes);
    expect(await statusOf(jobId)).toBe('waiting_for_approval');
    return jobId;
  }

  async function endsAfter(house: House, jobId: string): Promise<void> {
    house.release();
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed', awaiting: [] });
  }

  it('runs on as soon as an operator has adopted the provider’s job', async () => {
    const house = openHouse();
    const jobId = await unknown(house);
    const answer = await company.resolve(jobId, { resolution: 'adopt', provider_job_id: house.creates[0] });
    expect([answer.status, answer.body.status, answer.body.awaiting]).toEqual([202, 'running', []]);
    await endsAfter(house, jobId);
  });

  it('waits on while another submit of it is unknown', async () => {
    const house = openHouse();
    const jobId = await unknown(house, 2);
    const { rows } = await company.api.deps.pool.query<{ wire_key: string }>('select wire_key from intents where job_id = $1 order by scene', [jobId]);
    const [first, second] = rows.map((row) => row.wire_key);
    expect((await company.resolve(jobId, { resolution: 'adopt', provider_job_id: first })).body).toMatchObject({ status: 'waiting_for_approval', awaiting: [{ scenes: [2] }] });
    expect((await company.resolve(jobId, { scene: 2, resolution: 'adopt', provider_job_id: second })).body).toMatchObject({ status: 'running', awaiting: [] });
    await endsAfter(house, jobId);
  });

  it('runs on after the provider’s late report', async () => {
    const house = openHouse();
    const jobId = await unknown(house);
    const wire_key = house.creates[0] ?? '';
    const found = await inTransaction(company.api.deps.pool, (db) => takeReport(db, { family: 'paid', event_id: 'late', wire_key, job: { id: wire_key }, now: new Date() }));
    expect(found).toHaveLength(1);
    expect([await statusOf(jobId), await awaited(jobId)]).toEqual(['running', 0]);
    await company.orchestra.handle(jobId).signal('unpark');
    await endsAfter(house, jobId);
  });

  it('runs on when the sweep has settled what was unknown in another way', async () => {
    const house = openHouse();
    const jobId = await unknown(house);
    await company.api.deps.pool.query(`update intents set status = 'submitted', provider_job = jsonb_build_object('id', wire_key) where job_id = $1`, [jobId]);
    expect(await runSweep<PaidReport>(company.orchestra, 'settlePaidWork')).toMatchObject({ unparked: [jobId] });
    expect([await statusOf(jobId), await awaited(jobId)]).toEqual(['running', 0]);
    await endsAfter(house, jobId);
  });

  it('is not told to adopt what a provider that answers at once has no job of', async () => {
    const house = openHouse();
    const jobId = await unknown(house, 1, 'openai');
    const refused = await company.resolve(jobId, { resolution: 'adopt', provider_job_id: 'resp_1' });
    expect(refused.body).toMatchObject({ status: 400, code: 'request_invalid', errors: [{ pointer: '/resolution' }] });
    expect(await awaited(jobId)).toBe(1);
    expect((await company.resolve(jobId, { resolution: 'resubmit' })).status).toBe(202);
    await endsAfter(house, jobId);
  });

  it('waits at a gate for each of its items, also when they park in the same moment', async () => {
    const house = openHouse();
    const jobId = await unknown(house, 2);
    const { pool } = company.api.deps;
    await pool.query(`delete from gates where job_id = $1`, [jobId]);
    const { rows } = await pool.query<{ operation_key: string; scene: number }>('select operation_key, scene from intents where job_id = $1 order by scene', [jobId]);
    const park = ({ operation_key, scene }: { operation_key: string; scene: number }, last: () => Promise<unknown>): Promise<boolean> =>
      inTransaction(pool, async (db) => {
        const opened = await parkUnknown(db, { operation_key, scene, job_id: jobId, stage: 'speech', now: new Date() });
        await last();
        return opened;
      });
    const isHeldUp = async () => (await pool.query(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).rowCount === 1;
    const [first, second] = rows;
    if (!first || !second) throw new Error('Two items are parked.');
    let other: Promise<boolean> = Promise.resolve(false);
    const opened = await park(first, () => {
      other = park(second, () => Promise.resolve());
      return eventually('the other one waits for this one', isHeldUp);
    });
    expect([opened, await other, await awaited(jobId)]).toEqual([true, true, 2]);
    for (const scene of [1, 2]) await company.resolve(jobId, { scene, resolution: 'abandon' });
    expect(await company.ended(jobId)).toMatchObject({ status: 'failed', error: { code: 'submit_unknown' } });
  });
});
