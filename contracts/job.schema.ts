import { z } from 'zod';
import { backgroundApproval, scriptApproval, storyboardApproval, videoAssetApproval } from './approval.schema';
import { commonFields, consent, idOf, mediaInput, textOf } from './common.schema';
import { ProblemError, requestInvalid, type FieldError } from './errors';
import { fieldErrors } from './field-errors';
import { avatarOutput } from './output-job.schema';
import { backgroundRegeneration, outputRetry } from './retry.schema';
import { unstorableStrings } from './storable';
import { ASPECT_RATIOS, CAPTION_MODES, JOB_TYPES, type JobType } from './vocabulary';

export const avatarCreation = z.strictObject({
  ...commonFields,
  job_type: z.literal('avatar_creation'),
  photos: z.array(mediaInput).min(1).max(8),
  voice_sample: mediaInput.nullish(),
  name: textOf(120).nullish(),
  consent,
  style: textOf(200).nullish(),
});

export const voiceCloning = z.strictObject({
  ...commonFields,
  job_type: z.literal('voice_cloning'),
  voice_sample: mediaInput,
  avatar_id: idOf('avatar').nullish(),
  name: textOf(120).nullish(),
  consent,
});

const cut = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, '1 to 40 letters, digits, _ or -'),
  aspect_ratio: z.enum(ASPECT_RATIOS),
  captions: z.enum(CAPTION_MODES).default('none'),
  max_duration_ms: z.int().min(1_000).max(3_600_000).nullish(),
});

export const marketingCut = z.strictObject({
  ...commonFields,
  job_type: z.literal('marketing_cut'),
  job_id: idOf('job'),
  cuts: z
    .array(cut)
    .min(1)
    .max(10)
    .refine((cuts) => new Set(cuts.map((item) => item.name)).size === cuts.length, 'every name once'),
});

/** One strict schema for each job type of contract v3. */
export const JOB_SCHEMAS = {
  avatar_creation: avatarCreation,
  voice_cloning: voiceCloning,
  avatar_output: avatarOutput,
  output_retry: outputRetry,
  background_regeneration: backgroundRegeneration,
  script_approval: scriptApproval,
  storyboard_approval: storyboardApproval,
  background_approval: backgroundApproval,
  video_asset_approval: videoAssetApproval,
  marketing_cut: marketingCut,
} as const satisfies Record<JobType, z.ZodType>;

export type JobRequest = { [Type in JobType]: z.infer<(typeof JOB_SCHEMAS)[Type]> }[JobType];
export type JobRequestOf<Type extends JobType> = z.infer<(typeof JOB_SCHEMAS)[Type]>;

/** The union, for the OpenAPI document; requests go through `parseJob`, whose messages are better. */
export const jobRequest = z.discriminatedUnion('job_type', [
  avatarCreation,
  voiceCloning,
  avatarOutput,
  outputRetry,
  backgroundRegeneration,
  scriptApproval,
  storyboardApproval,
  backgroundApproval,
  videoAssetApproval,
  marketingCut,
]);

/**
 * Checks a body against contract v3, strictly.
 * @throws ProblemError `request_invalid`, `contract_unsupported` or `consent_missing`
 */
export function parseJob(body: unknown): JobRequest {
  const fields = objectOf(body);
  refuseOtherContracts(fields['contract']);
  const jobType = JOB_TYPES.find((name) => name === fields['job_type']);
  if (!jobType) throw requestInvalid([jobTypeError(fields['job_type'])]);
  const parsed = JOB_SCHEMAS[jobType].safeParse(fields);
  if (parsed.success) {
    refuseUnstorable(fields);
    return parsed.data;
  }
  const errors = fieldErrors(parsed.error.issues, fields);
  if (isConsentMissing(errors, fields)) throw new ProblemError('consent_missing', { errors });
  throw requestInvalid(errors);
}

/** Looks at what was sent, not at what came of it: a schema leaves out members of a map that are named like a prototype. */
function refuseUnstorable(fields: Record<string, unknown>): void {
  const errors = unstorableStrings(fields);
  if (errors.length > 0) throw requestInvalid(errors);
}

/** @throws ProblemError when the body is not a JSON object */
export function objectOf(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  throw requestInvalid([{ pointer: '', message: 'the body must be a JSON object' }]);
}

function refuseOtherContracts(contract: unknown): void {
  if (typeof contract !== 'string' || contract === 'v3' || !/^v\d+$/.test(contract)) return;
  throw new ProblemError('contract_unsupported', {
    detail: `Contract "${contract.slice(0, 20)}" is not served, only "v3".`,
    errors: [{ pointer: '/contract', message: 'must be v3' }],
  });
}

function jobTypeError(value: unknown): FieldError {
  const words = `one of ${JOB_TYPES.join(', ')}`;
  return { pointer: '/job_type', message: value === undefined ? `required: ${words}` : words };
}

function isConsentMissing(errors: FieldError[], fields: Record<string, unknown>): boolean {
  const absent = fields['consent'] === undefined || fields['consent'] === null;
  return absent && errors.every((error) => error.pointer === '/consent');
}
