import path from 'node:path';
import { createPool } from '../../../../adapters/local/compute/pool';
import type { Pool } from '../../../../adapters/local/compute/pool';
import { projectRoot } from '../../../../contracts/project-root';
import { eventually } from '../../../support/eventually';
import type { ProbeTasks } from './probe-tasks';

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const script = path.join(projectRoot(), 'dist/test/adapters/local/compute/probe-thread.js');

describe('compute pool', () => {
  let pool: Pool<ProbeTasks>;
  beforeEach(() => (pool = createPool<ProbeTasks>({ size: 1, script })));
  afterEach(() => pool.close());

  test('returns what the task returns', async () => {
    expect(await pool.run('double', 21)).toBe(42);
    expect(await pool.run('lazy_double', 4)).toBe(8);
  });

  test('runs more tasks than it has threads', async () => {
    const values = await Promise.all([1, 2, 3, 4, 5].map((value) => pool.run('double', value)));
    expect(values).toEqual([2, 4, 6, 8, 10]);
  });

  test('keeps loaded models from task to task', async () => {
    expect([await pool.run('count_loads', null), await pool.run('count_loads', null)]).toEqual([1, 1]);
  });

  test('loads a model again after a failed load', async () => {
    expect(await pool.run('load_twice', null)).toBe(2);
  });

  test('hands progress to the caller', async () => {
    const seen: [number, string | undefined][] = [];
    await pool.run('report', 2, { onProgress: (percent, note) => seen.push([percent, note]) });
    expect(seen).toEqual([
      [50, 'step 1'],
      [100, 'step 2'],
    ]);
  });

  test('keeps name, code, fields and cause of an error', async () => {
    const error = await pool.run('fail', null).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({
      name: 'Refused',
      message: 'No.',
      code: 'refused',
      problems: [{ photo: 0 }],
    });
    expect(error).not.toHaveProperty('uncloneable');
    expect(error).toHaveProperty('cause.name', 'TypeError');
  });

  test('abort ends the child processes of a task, and leaves no zombie', async () => {
    const abort = new AbortController();
    const said = new Promise<string>((resolve) => {
      const waiting = pool.run('wait_for_child', null, { signal: abort.signal, onProgress: (_, note) => resolve(note ?? '') });
      waiting.catch(() => undefined);
    });
    const child = Number(await said);
    expect(exists(child)).toBe(true);
    abort.abort(new Error('job cancelled'));
    // A zombie has its id still.
    await eventually('the child is gone', () => Promise.resolve(!exists(child)));
    expect(await pool.run('double', 3)).toBe(6);
  });

  test('abort ends a task that never yields, and the pool goes on', async () => {
    const abort = new AbortController();
    const spinning = pool.run('spin', null, { signal: abort.signal });
    const next = pool.run('double', 3);
    abort.abort(new Error('job cancelled'));
    await expect(spinning).rejects.toMatchObject({ name: 'AbortError', cause: { message: 'job cancelled' } });
    expect(await next).toBe(6);
  });

  test('abort takes a waiting task out of the queue', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const spinning = pool.run('spin', null, { signal: first.signal });
    const waiting = pool.run('double', 1, { signal: second.signal });
    second.abort();
    await expect(waiting).rejects.toHaveProperty('name', 'AbortError');
    first.abort();
    await expect(spinning).rejects.toHaveProperty('name', 'AbortError');
  });

  test('refuses a task whose signal is already aborted', async () => {
    await expect(pool.run('double', 1, { signal: AbortSignal.abort() })).rejects.toHaveProperty(
      'name',
      'AbortError',
    );
  });

  test('a thread that exits rejects its task and is replaced', async () => {
    await expect(pool.run('exit', null)).rejects.toMatchObject({
      name: 'ComputeThreadCrashed',
      code: 'compute_thread_crashed',
    });
    expect(await pool.run('double', 5)).toBe(10);
  });

  test('an uncaught exception in a thread names its cause', async () => {
    await expect(pool.run('throw_later', null)).rejects.toMatchObject({
      name: 'ComputeThreadCrashed',
      cause: { message: 'late' },
    });
    expect(await pool.run('double', 6)).toBe(12);
  });

  test('close rejects what runs, what waits and what comes later', async () => {
    const calls = [pool.run('spin', null), pool.run('double', 1)].map((call) =>
      call.catch((error: Error) => error.name),
    );
    await pool.close();
    expect(await Promise.all(calls)).toEqual(['AbortError', 'AbortError']);
    await expect(pool.run('double', 1)).rejects.toHaveProperty('name', 'AbortError');
  });
});
