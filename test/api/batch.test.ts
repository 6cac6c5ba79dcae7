import { Batch } from '../../api/batch';
import { createPool } from '../../db/pool';

describe('items that share a run', () => {
  /** Runs that end when they are let go, in the order in which they began. */
  function heldRuns() {
    const began: number[][] = [];
    const held: (() => void)[] = [];
    const run = (items: number[]): Promise<number[]> => {
      began.push(items);
      return new Promise((resolve) => held.push(() => resolve(items.map((item) => item * 10))));
    };
    return { began, run, letGo: () => held.shift()?.() };
  }

  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('are those that came while a run was under way', async () => {
    const { began, run, letGo } = heldRuns();
    const batch = new Batch({ run, most: 10, parallel: 2, patience_ms: 60_000 });
    const first = batch.add(1);
    await turn();
    const others = Promise.all([2, 3, 4].map((item) => batch.add(item)));
    await turn();
    expect(began).toEqual([[1]]);
    letGo();
    expect(await first).toBe(10);
    await turn();
    expect(began).toEqual([[1], [2, 3, 4]]);
    letGo();
    expect(await others).toEqual([20, 30, 40]);
  });

  it('are at most so many', async () => {
    const { began, run, letGo } = heldRuns();
    const batch = new Batch({ run, most: 2, parallel: 1, patience_ms: 60_000 });
    const all = Promise.all([1, 2, 3].map((item) => batch.add(item)));
    await turn();
    letGo();
    await turn();
    letGo();
    expect(await all).toEqual([10, 20, 30]);
    expect(began).toEqual([[1, 2], [3]]);
  });

  it('do not wait for a run that hangs', async () => {
    const { began, run, letGo } = heldRuns();
    const batch = new Batch({ run, most: 10, parallel: 2, patience_ms: 1 });
    const first = batch.add(1);
    await turn();
    const second = batch.add(2);
    while (began.length < 2) await turn();
    const third = batch.add(3);
    await turn();
    expect(began).toEqual([[1], [2]]);
    letGo();
    letGo();
    expect(await Promise.all([first, second])).toEqual([10, 20]);
    await turn();
    letGo();
    expect(await third).toBe(30);
  });

  it('fail each by itself', async () => {
    const run = (items: number[]): Promise<number[]> => (items.includes(2) ? Promise.reject(new Error('not two')) : Promise.resolve(items));
    const batch = new Batch({ run, most: 10, parallel: 1, patience_ms: 60_000 });
    const results = await Promise.allSettled([1, 2, 3].map((item) => batch.add(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('fail together where the database is gone: nobody waits for the same answer again', async () => {
    let runs = 0;
    const away = createPool('postgres://nobody@127.0.0.1:1/nothing', 1);
    const gone: unknown = await away.query('select 1').catch((error: unknown) => error);
    const run = (): Promise<number[]> => {
      runs += 1;
      return Promise.reject(gone);
    };
    const batch = new Batch({ run, most: 10, parallel: 1, patience_ms: 60_000 });
    const ended = await Promise.allSettled([1, 2, 3, 4].map((item) => batch.add(item)));
    expect(ended).toEqual([1, 2, 3, 4].map(() => ({ status: 'rejected', reason: gone })));
    expect(runs).toBeLessThanOrEqual(2);
    await away.end();
  });
});
