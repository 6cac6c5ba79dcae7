import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from './error-code';
import { isSameProcess } from './identity';
import type { ProcessIdentity } from './identity';

const CHECK_EVERY_MS = 25;

/** One way to ask a process to end, and how long to wait before the next, firmer one. */
export interface EndStep {
  signal: NodeJS.Signals;
  wait_ms: number;
}

export const GENTLE_END: readonly EndStep[] = [
  { signal: 'SIGTERM', wait_ms: 4_000 },
  { signal: 'SIGKILL', wait_ms: 2_000 },
];

/** Sends the signals of `steps`, one after the other, until the process is gone; false when it still runs at the end. */
export async function endProcess(
  identity: ProcessIdentity,
  steps: readonly EndStep[] = GENTLE_END,
): Promise<boolean> {
  for (const step of steps) {
    if (!(await isSameProcess(identity))) return true;
    sendSignal(identity.pid, step.signal);
    const deadline = Date.now() + step.wait_ms;
    while (Date.now() < deadline) {
      if (!(await isSameProcess(identity))) return true;
      await delay(CHECK_EVERY_MS);
    }
  }
  return !(await isSameProcess(identity));
}

/** Sends a signal; a process that is already gone is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}
