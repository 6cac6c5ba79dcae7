import { z } from 'zod';

/** How the server's jobs go, changed by `PUT /_control/settings`. */
export const settings = z.strictObject({
  /** How long a job waits in the queue and is worked on, in milliseconds. */
  queue_ms: z.int().min(0).default(0),
  work_ms: z.int().min(0).default(0),
  /** Keeps jobs in a state until it is set to null. */
  hold: z.enum(['queue', 'running']).nullable().default(null),
  /** How a job's end is reported, where an address was given: not at all, once, twice, unsigned, by another key, or too old. */
  webhook: z.enum(['none', 'once', 'twice', 'unsigned', 'forged', 'late']).default('once'),
  /** What the results' header of billed units says; null leaves it out. */
  billable_units: z.string().nullable().default('0.5'),
});
export type Settings = z.infer<typeof settings>;

export const DEFAULT_SETTINGS: Settings = settings.parse({});
