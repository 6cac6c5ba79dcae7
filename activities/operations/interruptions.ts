import type { FaultFacts } from '../../contracts/operation';

/** The item cannot go on by itself: it waits for money or for an operator, and the workflow lets it go when there is news. */
export class Parked extends Error {
  constructor(
    readonly reason: 'budget' | 'submit_unknown',
    /** What it wants to reserve, where it waits for money. */
    readonly needed_micro_usd: number | null = null,
  ) {
    super(`parked: ${reason}`);
    this.name = 'Parked';
  }
}

/** Nothing is wrong for good: Temporal tries the stage again after a pause, and this worker's slot is free meanwhile. */
export class Pause extends Error {
  constructor(
    readonly family: string,
    readonly fault: FaultFacts,
    readonly delay_ms: number,
  ) {
    super(`${family}: ${fault.kind}`);
    this.name = 'Pause';
  }
}
