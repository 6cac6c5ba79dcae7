import { setTimeout as delay } from 'node:timers/promises';
import type { Print } from '../print';

const PARENT_CHECK_MS = 1_000;
/** A terminal signals its whole process group, and npm passes on what it got: one Ctrl-C may come twice, at nearly once. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Settles at the first Ctrl-C, SIGTERM, closed terminal, or when the npm that started us is gone; another signal a second
 * later or more ends this process at once, and the watchdogs end what it started.
 */
export function stopOnSignal(print: Print): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | null = null;
    const ask = () => {
      if (askedAt === null) {
        askedAt = performance.now();
        return resolve();
      }
      if (performance.now() - askedAt < SAME_SIGNAL_MS) return;
      print('Stopping without waiting.');
      process.exit(130);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
    if (process.env['npm_lifecycle_event'] !== undefined) whenParentEnds(() => (askedAt === null ? ask() : undefined));
  });
}

/** npm that is killed cannot pass the signal on; its end shows in our having another parent. */
function whenParentEnds(then: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, PARENT_CHECK_MS);
  timer.unref();
}

const STILL_STARTING_MS = 4_000;

/**
 * What `starting` gives; null when we are asked to stop first. Then it still gets a moment to finish, so that it can be
 * stopped in order; what takes longer is ended by the watchdogs and cleared away by the next run.
 */
export async function startedOrStopped<T>(starting: Promise<T>, stopped: Promise<void>): Promise<T | null> {
  const timeUp = stopped.then(() => delay(STILL_STARTING_MS, null, { ref: false }));
  return Promise.race([starting, timeUp]);
}
