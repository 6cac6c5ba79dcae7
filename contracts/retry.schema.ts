import { z } from 'zod';
import { byScene, commonFields, idOf, pose, promptOrAsset, sceneNumbers, textOf, voiceChoice } from './common.schema';
import { loudness, SCRIPT_LIMIT } from './output-job.schema';
import { ASPECT_RATIOS, CAPTION_MODES, RESOLUTIONS } from './vocabulary';

const SCOPES = ['downstream', 'only'] as const;

const scenePatch = z
  .strictObject({
    transcript: textOf(SCRIPT_LIMIT).optional(),
    background: promptOrAsset.optional(),
    pose: pose.optional(),
  })
  .refine((fields) => Object.keys(fields).length > 0, 'at least one of transcript, background, pose');

/** What a retry changes; each member takes effect at one stage, which must not lie before `from_stage`. */
export const patch = z.strictObject({
  script: textOf(SCRIPT_LIMIT).optional(),
  scenes: byScene(scenePatch).optional(),
  voice: voiceChoice.optional(),
  output: z
    .strictObject({
      aspect_ratio: z.enum(ASPECT_RATIOS).optional(),
      resolution: z.enum(RESOLUTIONS).optional(),
      captions: z.enum(CAPTION_MODES).optional(),
      loudness_lufs: loudness.optional(),
    })
    .optional(),
});

/** `from_stage` is any word here: a word that is no stage of the job has its own code, `stage_unknown`. */
const retryFields = {
  from_stage: z.string().min(1).max(64),
  scope: z.enum(SCOPES),
  scenes: sceneNumbers.nullish(),
  patch: patch.nullish(),
};

export const outputRetry = z.strictObject({
  ...commonFields,
  job_type: z.literal('output_retry'),
  job_id: idOf('job'),
  ...retryFields,
});

/** The body of `POST /v1/jobs/{id}/retry`, for the documentation; the path names the job, which the body may repeat. */
export const retryBody = outputRetry.omit({ job_type: true }).partial({ job_id: true, contract: true });

export const backgroundRegeneration = z.strictObject({
  ...commonFields,
  job_type: z.literal('background_regeneration'),
  job_id: idOf('job'),
  scenes: sceneNumbers.nullish(),
  scope: z.enum(SCOPES),
  note: textOf(1_000).nullish(),
  prompt: textOf(500).nullish(),
});

export type OutputRetryRequest = z.infer<typeof outputRetry>;
export type BackgroundRegenerationRequest = z.infer<typeof backgroundRegeneration>;
export type Patch = z.infer<typeof patch>;
