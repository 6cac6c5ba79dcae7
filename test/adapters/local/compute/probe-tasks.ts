import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lazy } from '../../../../adapters/local/compute/host';
import type { TaskHost, TaskTable } from '../../../../adapters/local/compute/host';

/** Tasks that show how a thread behaves. */
class Refused extends Error {
  override name = 'Refused';
  readonly code = 'refused';
  readonly problems = [{ photo: 0 }];
  readonly uncloneable = () => 1;
}

let loads = 0;
const loadModel = async () => ({ loads: ++loads });
const loadFlaky = async () => {
  loads += 1;
  if (loads === 1) throw new Error('first load fails');
  return loads;
};

async function countLoads(_: null, host: TaskHost): Promise<number> {
  await host.cached(loadModel);
  return (await host.cached(loadModel)).loads;
}

async function loadTwice(_: null, host: TaskHost): Promise<number> {
  return host.cached(loadFlaky).catch(() => host.cached(loadFlaky));
}

async function report(steps: number, host: TaskHost): Promise<number> {
  for (let step = 1; step <= steps; step++) host.progress((100 * step) / steps, `step ${step}`);
  return steps;
}

async function fail(): Promise<never> {
  throw new Refused('No.', { cause: new TypeError('deeper') });
}

function spin(): Promise<never> {
  for (;;) Math.sqrt(2);
}

/** Waits for a child process that never ends by itself, and says its id before. */
async function waitForChild(_: null, host: TaskHost): Promise<void> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  host.progress(0, String(child.pid));
  await once(child, 'exit');
}

async function exit(): Promise<void> {
  process.exit(3);
}

async function throwLater(): Promise<void> {
  setImmediate(() => {
    throw new RangeError('late');
  });
  await new Promise<never>(() => undefined);
}

export const PROBE_TASKS = {
  double: async (value: number) => value * 2,
  count_loads: countLoads,
  load_twice: loadTwice,
  report,
  fail,
  spin,
  exit,
  wait_for_child: waitForChild,
  throw_later: throwLater,
  lazy_double: lazy(async () => async (value: number) => value * 2),
} satisfies TaskTable;

export type ProbeTasks = typeof PROBE_TASKS;
