import { monitorEventLoopDelay } from 'node:perf_hooks';
import { cpuOfTree } from '../cpu';

/** CPU seconds of this process and its children by part of the work. */
export interface Meter {
  /** Wraps the methods of an object one level down (`family.speech.perform`), so that each call is booked under its part. */
  watch<Family extends Record<string, object>>(family: Family): Family;
  seconds(part: string): number;
  parts(): string[];
}

/** Methods that answer at once, without a promise, and cost next to nothing. */
const AT_ONCE: readonly (string | symbol)[] = ['supports', 'sceneCues'];

/** For work that is done one piece after the other: what runs at the same time would be booked twice. */
export function createMeter(): Meter {
  const used = new Map<string, number>();
  const book = (part: string, started: number) =>
    used.set(part, (used.get(part) ?? 0) + (cpuOfTree(process.pid) - started) / 1000);
  const wrap = (adapter: object, name: string): object =>
    new Proxy(adapter, {
      get: (target, property, receiver) => {
        const value: unknown = Reflect.get(target, property, receiver);
        if (typeof value !== 'function' || AT_ONCE.includes(property)) return value;
        return async (...args: unknown[]): Promise<unknown> => {
          const started = cpuOfTree(process.pid);
          try {
            return await (value.apply(target, args) as unknown);
          } finally {
            book(`${name}.${String(property)}`, started);
          }
        };
      },
    });
  return {
    // The proxies answer as the adapters do, so the family keeps its type.
    watch: (family) =>
      Object.fromEntries(Object.entries(family).map(([name, adapter]) => [name, wrap(adapter, name)])) as typeof family,
    seconds: (part) => used.get(part) ?? 0,
    parts: () => [...used.keys()],
  };
}

/** Milliseconds by which this thread's timers were late while `work` ran, at the 99th percentile. */
export async function lateness(work: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  await work();
  histogram.disable();
  // The histogram counts its own waiting of one resolution as delay.
  return Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS);
}

const RESOLUTION_MS = 5;

/** CPU seconds of this process and its children while `work` ran. */
export async function cpuSeconds(work: () => Promise<unknown>): Promise<number> {
  const started = cpuOfTree(process.pid);
  await work();
  return (cpuOfTree(process.pid) - started) / 1000;
}
