import { z } from 'zod';
import { EVENT_TYPES, JOB_TYPES } from './vocabulary';

/** A lifecycle event as the event log, the server-sent stream and every callback carry it. */
export const lifecycleEvent = z.strictObject({
  id: z.string().meta({ description: 'Also the webhook-id of every delivery' }),
  type: z.enum(EVENT_TYPES),
  timestamp: z.iso.datetime(),
  sequence: z.int().min(1).meta({ description: 'Counts up from 1 per job without a gap' }),
  job_id: z.string(),
  job_type: z.enum(JOB_TYPES),
  idempotency_key: z.string(),
  correlation: z.record(z.string(), z.string()),
  data: z.record(z.string(), z.unknown()),
});
export type LifecycleEvent = z.infer<typeof lifecycleEvent>;
