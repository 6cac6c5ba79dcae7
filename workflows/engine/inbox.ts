import type { RunEvent } from './run-plan';

/** What happens to a run, in order, until the engine takes it. Filled from outside (signals) and from inside (finished work). */
export interface Inbox {
  readonly length: number;
  push(event: RunEvent): void;
  shift(): RunEvent | undefined;
  /** Waits until there is an event. Rejects when the job is cancelled. */
  arrival(): Promise<void>;
}

/** An inbox that wakes whoever waits for it: each of the sandbox's own conditions takes five promises, and each promise a stack trace. */
export class WakingInbox implements Inbox {
  private readonly events: RunEvent[] = [];
  private waiting: { resolve: () => void; reject: (reason: unknown) => void } | null = null;
  private cancelled: { reason: unknown } | null = null;

  get length(): number {
    return this.events.length;
  }

  push(event: RunEvent): void {
    this.events.push(event);
    this.waiting?.resolve();
  }

  shift(): RunEvent | undefined {
    return this.events.shift();
  }

  /** Nobody waits from now on. */
  cancel(reason: unknown): void {
    this.cancelled = { reason };
    this.waiting?.reject(reason);
  }

  arrival(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.cancelled) reject(this.cancelled.reason);
      else if (this.events.length > 0) resolve();
      else this.waiting = { resolve, reject };
    });
  }
}
