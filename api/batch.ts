import { isDatabaseGone } from '../db/faults';

interface Waiting<In, Out> {
  item: In;
  resolve: (out: Out) => void;
  reject: (error: unknown) => void;
}

export interface BatchOptions<In, Out> {
  /** Does the work of all items; one result for each, in their order. All or nothing. */
  run: (items: In[]) => Promise<Out[]>;
  /** Items in one run. */
  most: number;
  /** Runs at the same time. */
  parallel: number;
  /** A run that takes longer than this, in milliseconds, holds the next one up no more. */
  patience_ms: number;
}

/**
 * Group commit: whatever arrives while a run is under way shares the next one. An item that comes alone runs at once and
 * alone, so nothing waits for company. A run that hangs, on a lock for instance, is not waited for. When a run of several
 * fails, each is run by itself, so that one bad item harms no other.
 */
export class Batch<In, Out> {
  private readonly waiting: Waiting<In, Out>[] = [];
  private running = 0;
  private hanging = 0;

  constructor(private readonly options: BatchOptions<In, Out>) {}

  add(item: In): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.pump());
    });
  }

  private pump(): void {
    while (this.waiting.length > 0 && this.running === this.hanging && this.running < this.options.parallel) {
      void this.run(this.waiting.splice(0, this.options.most));
    }
  }

  private async run(batch: Waiting<In, Out>[]): Promise<void> {
    this.running += 1;
    let hangs = 0;
    const timer = setTimeout(() => {
      hangs = 1;
      this.hanging += 1;
      this.pump();
    }, this.options.patience_ms);
    await this.settle(batch);
    clearTimeout(timer);
    this.running -= 1;
    this.hanging -= hangs;
    this.pump();
  }

  private async settle(batch: Waiting<In, Out>[]): Promise<void> {
    try {
      const results = await this.options.run(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (result === undefined) reject(new Error('a batch gave too few results'));
        else resolve(result);
      }
    } catch (error) {
      const only = batch[0];
      if (batch.length === 1 && only) return only.reject(error);
      // One by one, each would wait as long again for the same answer.
      if (isDatabaseGone(error)) return batch.forEach(({ reject }) => reject(error));
      for (const waiting of batch) await this.settle([waiting]);
    }
  }
}
