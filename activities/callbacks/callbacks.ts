/** Where a job's deliveries stand when a batch of them ends. */
export type DeliveryReport =
  /** The next event may be sent at once. */
  | { state: 'more' }
  /** The next event is to be sent in so many ms. */
  | { state: 'waiting'; wait_ms: number }
  /** Everything is delivered and more may come. */
  | { state: 'idle' }
  /** Everything is delivered and nothing more will come. */
  | { state: 'ended' };

export interface CallbackActivities {
  /** Sends a job's events in their order, until one fails, none is left, or there has been enough for once. */
  deliver_events(request: { job_id: string }): Promise<DeliveryReport>;
}
