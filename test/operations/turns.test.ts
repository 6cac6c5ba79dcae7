import type { Pool } from 'pg';
import { createPool, inTransaction } from '../../db/pool';
import { freeSlot, takeTurn, type Turn, type TurnRequest } from '../../db/provider-slots';
import { createTestDatabase } from '../setup/database';

const START = new Date('2026-11-26T12:00:00Z');
const later = (ms: number): Date => new Date(START.getTime() + ms);
const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** Limits of an account as two worker processes meet them: each with connections of its own, all at once. */
describe('an account that two workers share', () => {
  let workers: [Pool, Pool];
  let drop: () => Promise<void>;

  beforeAll(async () => {
    const database = await createTestDatabase();
    drop = database.drop;
    workers = [createPool(database.url, 8), createPool(database.url, 8)];
  });
  afterAll(async () => {
    await Promise.all(workers.map((pool) => pool.end()));
    await drop();
  });

  type Wish = Pick<TurnRequest, 'family' | 'operation_key'> & Partial<TurnRequest>;
  const ask = (worker: Pool, wish: Wish): Promise<Turn> =>
    inTransaction(worker, (db) => takeTurn(db, { tenant: 'demo', max_in_flight: 1_000, requests_per_minute: 600_000, lease_ms: 90_000, wait_ms: 7_000, now: START, ...wish }));

  it('never has more jobs under way than it bears, and every job has its turn', async () => {
    let [under_way, most, done] = [0, 0, 0];
    const work = async (worker: Pool, operation_key: string): Promise<void> => {
      while ((await ask(worker, { family: 'narrow', operation_key, max_in_flight: 5 })) !== 'taken');
      most = Math.max(most, (under_way += 1));
      await worker.query('select 1');
      under_way -= 1;
      await freeSlot(worker, 'narrow', operation_key);
      done += 1;
    };
    await Promise.all(workers.flatMap((worker, at) => range(12).map((job) => work(worker, `op-${at}-${job}`))));
    expect({ most, done }).toEqual({ most: 5, done: 24 });
  });

  it('sends no more requests than its rate allows, and more as time goes by', async () => {
    let asked = 0;
    const rush = async (now: Date): Promise<Record<string, number>> => {
      const turns = await Promise.all(workers.flatMap((worker) => range(50).map(() => ask(worker, { family: 'slow', operation_key: `op-${(asked += 1)}`, requests_per_minute: 600, now }))));
      return { taken: turns.filter((turn) => turn === 'taken').length, rate: turns.filter((turn) => turn === 'rate').length };
    };
    // A tenth of a minute's requests at once, then ten a second.
    expect(await rush(START)).toEqual({ taken: 60, rate: 40 });
    expect(await rush(later(1_000))).toEqual({ taken: 10, rate: 90 });
    expect(await rush(later(3_000))).toEqual({ taken: 20, rate: 80 });
  });

  describe('with two tenants', () => {
    /** One tenant's crowd at the first worker holds every place and more of it wait; the other has just come to the second. */
    async function crowded(family: string) {
      const [first, second] = workers;
      const ofCrowd = (operation_key: string, more: Partial<TurnRequest> = {}) => ask(first, { family, operation_key, tenant: 'crowd', max_in_flight: 4, ...more });
      const ofSmall = (operation_key: string, more: Partial<TurnRequest> = {}) => ask(second, { family, operation_key, tenant: 'small', max_in_flight: 4, ...more });
      const crowd = await Promise.all(range(30).map((job) => ofCrowd(`crowd-${job}`)));
      const held = crowd.flatMap((turn, job) => (turn === 'taken' ? [`crowd-${job}`] : []));
      const waiting = crowd.flatMap((turn, job) => (turn === 'taken' ? [] : [`crowd-${job}`]));
      expect([held.length, waiting.length]).toEqual([4, 26]);
      expect(await ofSmall('small-1')).toBe('full');
      return { ofCrowd, ofSmall, waiting, free: (at: number) => freeSlot(first, family, held[at] ?? '') };
    }

    it('gives the next free place to the one with fewer jobs under way, until both have as many', async () => {
      const { ofCrowd, ofSmall, waiting, free } = await crowded('fair');
      await free(0);
      expect(await Promise.all(waiting.map((key) => ofCrowd(key)))).toEqual(waiting.map(() => 'full'));
      expect(await ofSmall('small-1')).toBe('taken');
      expect(await ofSmall('small-2')).toBe('full');
      await free(1);
      expect(await Promise.all(waiting.map((key) => ofCrowd(key)))).toEqual(waiting.map(() => 'full'));
      expect(await ofSmall('small-2')).toBe('taken');
      expect(await ofSmall('small-3')).toBe('full');
      // Two of each now: whoever gives a place up may have it again.
      await free(2);
      const turns = await Promise.all(waiting.map((key) => ofCrowd(key)));
      expect(turns.filter((turn) => turn === 'taken')).toHaveLength(1);
    });

    it('keeps no place for one that no longer asks', async () => {
      const { ofCrowd, waiting, free } = await crowded('left');
      await free(0);
      const [key = ''] = waiting;
      expect(await ofCrowd(key, { now: later(6_999) })).toBe('full');
      expect(await ofCrowd(key, { now: later(7_001) })).toBe('taken');
    });

    it('takes the places of a worker that is gone after their lease', async () => {
      const { ofSmall } = await crowded('lost');
      expect(await ofSmall('small-1', { now: later(89_999) })).toBe('full');
      const turns = await Promise.all(range(5).map((job) => ofSmall(`small-${job}`, { now: later(90_001) })));
      expect(turns.sort()).toEqual(['full', 'taken', 'taken', 'taken', 'taken']);
    });
  });
});
