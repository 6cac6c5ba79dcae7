import type { RunEvent } from './run-plan';

/** What happens to a run, in order, until the engine takes it. Filled from outside (signals) and from inside (finished work). */
export interface Inbox {
  readonly length: number;
  push(event: RunEvent): void;
  shift(): RunEvent | undefined;
  /** Calls `wake` once there is an event, or `stop` with the reason where the job is cancelled; one of them, once. */
  arrival(wake: () => void, stop: (reason: unknown) => void): void;
}

/**
 * An inbox that wakes whoever waits for it. It calls back: each promise costs the workflow sandbox a stack trace, and each of
 * its own conditions takes five promises.
 */
export class WakingInbox implements Inbox {
  private readonly events: RunEvent[] = [];
  private readonly settled = Promise.resolve();
  private waiting: { wake: () => void; stop: (reason: unknown) => void } | null = null;
  private cancelled: { reason: unknown } | null = null;

  get length(): number {
    return this.events.length;
  }

  push(event: RunEvent): void {
    this.events.push(event);
    this.call();
  }

  shift(): RunEvent | undefined {
    return this.events.shift();
  }

  /** Nobody waits from now on. */
  cancel(reason: unknown): void {
    this.cancelled = { reason };
    this.call();
  }

  arrival(wake: () => void, stop: (reason: unknown) => void): void {
    this.waiting = { wake, stop };
    if (this.cancelled || this.events.length > 0) this.call();
  }

  /** A moment later, so that whoever is woken sees all that came at once. */
  private call(): void {
    const { waiting, cancelled } = this;
    if (!waiting) return;
    this.waiting = null;
    void this.settled.then(() => (cancelled ? waiting.stop(cancelled.reason) : waiting.wake()));
  }
}
