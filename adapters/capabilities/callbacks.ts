import type { LifecycleEvent } from '../../contracts/event.schema';

/** Where a job's events go. */
export interface CallbackTarget {
  url: string;
  /** Reference of the signing secret; case does not matter. */
  secret_ref: string;
}

export interface CallbackMessage {
  tenant: string;
  target: CallbackTarget;
  /** As it was stored: references to assets become links when it is sent. */
  event: LifecycleEvent;
}

export interface CallbackOutcome {
  http_status: number | null;
  /** Null when the receiver has the event; else why not, in a word without any content. */
  error: string | null;
  /** What the receiver asked for, in ms. */
  retry_after_ms: number | null;
  /** The receiver wants no more events of this job. */
  gone: boolean;
}

export interface CallbackAttempt {
  /** Called before anything is sent, to write the attempt down. */
  begin(): Promise<void>;
  signal: AbortSignal;
}

/** Carries lifecycle events to product backends. */
export interface CallbackAdapter {
  /** One delay in ms before each attempt, the first among them: as many attempts as there are delays. */
  readonly retry_delays_ms: readonly number[];
  /**
   * Sends an event once. Null when the receiver's host has as many requests under way as it may: nothing was begun, ask again
   * soon. Rejects only when the signal aborts or `begin` does.
   */
  deliver(message: CallbackMessage, attempt: CallbackAttempt): Promise<CallbackOutcome | null>;
}
