import { z } from 'zod';
import { STAGE_NAMES } from './stage-names';

/** Bodies of requests about a job that are no jobs themselves. */
export const budgetBody = z.strictObject({ budget_micro_usd: z.int().min(0).max(1_000_000_000_000) });

export const resolveBody = z
  .strictObject({
    stage: z.enum(STAGE_NAMES),
    scene: z.int().min(1).max(50).nullable(),
    resolution: z.enum(['resubmit', 'abandon', 'adopt']),
    provider_job_id: z.string().min(1).max(512).nullish(),
  })
  .refine((body) => (body.resolution === 'adopt') === Boolean(body.provider_job_id), {
    path: ['provider_job_id'],
    message: 'goes with the resolution adopt, and only with it',
  });
