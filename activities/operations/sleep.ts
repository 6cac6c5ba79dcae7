import { setTimeout as pause } from 'node:timers/promises';

/** Waits; ends at once, with the signal's reason, when it is aborted. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal });
}
