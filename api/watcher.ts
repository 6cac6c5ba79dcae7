import type { Pool } from 'pg';
import { readSequences } from '../db/jobs';

const POLL_EVERY_MS = 150;

interface Waiter {
  after: number;
  wake: () => void;
}

/**
 * Tells long polls and streams that a job has a new event: one query for all of them every 150 ms, and none while nobody
 * waits. Storing an event costs nothing more, unlike NOTIFY.
 */
export class Watcher {
  private readonly waiters = new Map<string, Set<Waiter>>();
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(private readonly pool: Pool) {}

  /** Resolves when the job has an event beyond `after`, after `timeoutMs`, or when the signal aborts; it never rejects. */
  async until(jobId: string, after: number, options: { timeoutMs: number; signal: AbortSignal }): Promise<void> {
    if (this.stopped || options.signal.aborted || options.timeoutMs <= 0) return;
    await new Promise<void>((resolve) => {
      const waiter: Waiter = { after, wake: finish };
      const timeout = setTimeout(finish, options.timeoutMs);
      const remove = this.add(jobId, waiter);
      options.signal.addEventListener('abort', finish);
      function finish(): void {
        clearTimeout(timeout);
        options.signal.removeEventListener('abort', finish);
        remove();
        resolve();
      }
    });
  }

  /** Wakes everybody, for a graceful stop. */
  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    for (const waiters of [...this.waiters.values()]) for (const waiter of [...waiters]) waiter.wake();
  }

  isStopped(): boolean {
    return this.stopped;
  }

  private add(jobId: string, waiter: Waiter): () => void {
    const waiters = this.waiters.get(jobId) ?? new Set();
    this.waiters.set(jobId, waiters.add(waiter));
    this.timer ??= setTimeout(() => void this.poll(), POLL_EVERY_MS);
    return () => {
      waiters.delete(waiter);
      if (waiters.size === 0 && this.waiters.get(jobId) === waiters) this.waiters.delete(jobId);
    };
  }

  private async poll(): Promise<void> {
    const jobIds = [...this.waiters.keys()];
    // A database that is away for a moment only makes the wait longer.
    const rows = jobIds.length === 0 ? [] : await readSequences(this.pool, jobIds).catch(() => []);
    for (const row of rows) {
      for (const waiter of [...(this.waiters.get(row.job_id) ?? [])]) if (row.last_sequence > waiter.after) waiter.wake();
    }
    this.timer = this.waiters.size > 0 && !this.stopped ? setTimeout(() => void this.poll(), POLL_EVERY_MS) : null;
  }
}
