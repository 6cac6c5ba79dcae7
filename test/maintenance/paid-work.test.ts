import type { PaidReport } from '../../activities/maintenance/maintenance';
import { output } from '../api/support/data';
import { familyBuyingAt, openHouse } from '../operations/counting-house';
import { openMarket, type Market } from '../operations/market';
import { eventually } from '../support/eventually';
import { runSweep } from './run-sweep';

describe('the sweep of paid work reports', () => {
  let company: Market;

  beforeAll(async () => {
    company = await openMarket({ queues: ['avatar', 'media', 'provider', 'maintenance'], money: { reconcile_wait_ms: 200 } });
  });
  afterAll(async () => company.close());

  const sweep = (request: { dry_run?: boolean; tenant?: string } = {}) => runSweep<PaidReport>(company.orchestra, 'settlePaidWork', request);

  it('the places that it freed, of the tenant that was asked for alone', async () => {
    const { pool } = company.api.deps;
    await pool.query(
      `insert into provider_slots (family, operation_key, tenant, lease_until) values
         ('paid', 'a', 'demo', now() - interval '1 second'), ('paid', 'b', 'other', now() - interval '1 second'), ('paid', 'c', 'demo', now() + interval '1 hour')`,
    );
    await pool.query(
      `insert into provider_waiters (family, operation_key, tenant, until) values ('paid', 'd', 'demo', now() - interval '1 second'), ('paid', 'e', 'other', now() - interval '1 second')`,
    );
    const left = async (): Promise<string[]> =>
      (await pool.query<{ key: string }>('select operation_key as key from provider_slots union select operation_key from provider_waiters order by key')).rows.map(({ key }) => key);
    expect(await sweep({ tenant: 'demo', dry_run: true })).toMatchObject({ freed_slots: 1 });
    expect(await left()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(await sweep({ tenant: 'demo' })).toMatchObject({ freed_slots: 1 });
    expect(await left()).toEqual(['b', 'c', 'e']);
    expect(await sweep()).toMatchObject({ freed_slots: 1 });
    expect(await left()).toEqual(['c']);
  });

  it('the submits of unknown fate that their provider knew, and lets their jobs go on', async () => {
    const house = openHouse();
    house.script = [{ kind: 'take_then_die' }];
    company.buyFrom(familyBuyingAt(house));
    const jobId = await company.submit(output(await company.avatar()));
    const awaited = async (): Promise<number> => (await company.http.get(`/v1/jobs/${jobId}`)).body.awaiting.length;
    await eventually('an operator is asked', async () => (await awaited()) === 1);
    expect(await sweep()).toMatchObject({ adopted: [], unparked: [] });
    // By now the provider can be asked for references.
    house.traits.dedupe = 'client_reference';
    company.buyFrom(familyBuyingAt(house));
    const row = { job_id: jobId, stage: 'speech', scene: 1 };
    expect(await sweep({ tenant: 'other' })).toMatchObject({ adopted: [] });
    expect(await sweep({ dry_run: true })).toMatchObject({ adopted: [row] });
    expect(await awaited()).toBe(1);
    expect(await sweep()).toMatchObject({ adopted: [row], unparked: [jobId] });
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 100_000 } });
    expect([house.submits, house.creates.length]).toEqual([1, 1]);
  });
});
