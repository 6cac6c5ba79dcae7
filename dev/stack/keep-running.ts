import { setTimeout as delay } from 'node:timers/promises';
import type { Print } from '../print';
import type { Service } from '../process/service';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
/** A process that lived this long was healthy: the next wait is short again. */
const HEALTHY_AFTER_MS = 20_000;

export interface Supervised {
  /** How often it had to be started again. */
  restarts(): number;
  /** Ends the process, and the supervision first. */
  stop(): Promise<void>;
}

export interface KeepRunningOptions {
  name: string;
  print: Print;
  /** Starts the process; called again whenever it has ended. */
  start: () => Promise<Service>;
}

/** Starts a service and starts it again whenever it ends, waiting a little longer each time. Throws if the first start fails. */
export async function keepRunning(options: KeepRunningOptions): Promise<Supervised> {
  const stopping = new AbortController();
  const counter = { restarts: 0 };
  let service = await options.start();
  const loop = (async () => {
    let waitMs = FIRST_WAIT_MS;
    while (!stopping.signal.aborted) {
      const since = Date.now();
      const why = await service.ended;
      if (stopping.signal.aborted) return;
      if (Date.now() - since > HEALTHY_AFTER_MS) waitMs = FIRST_WAIT_MS;
      options.print(`${options.name}: ended (${why}), starting it again`);
      counter.restarts += 1;
      service = await startAgain(options, stopping.signal, waitMs).catch(() => service);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    }
  })();
  const stop = async () => {
    stopping.abort();
    await service.stop();
    await loop;
    await service.stop();
  };
  return { restarts: () => counter.restarts, stop };
}

/** Tries until it starts; rejects only when the supervision ends meanwhile. */
async function startAgain(
  options: KeepRunningOptions,
  signal: AbortSignal,
  firstWaitMs: number,
): Promise<Service> {
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    await delay(waitMs, undefined, { signal });
    try {
      return await options.start();
    } catch (error) {
      options.print(`${options.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
