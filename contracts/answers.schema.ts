import { z } from 'zod';
import { lifecycleEvent } from './event.schema';
import { SWEEPS } from './sweeps';
import { DECISIONS, JOB_STATUSES, JOB_TYPES, MODES, STEP_STATUSES } from './vocabulary';

/** Shapes of answers, for the OpenAPI document and for the tests that hold answers against it. Answers may gain fields. */

const time = z.iso.datetime();
const cost = z.object({ low: z.int(), high: z.int() });

export const asset = z.looseObject({
  asset_id: z.string(),
  content_type: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  url: z.string(),
  url_expires_at: time,
});

export const problemDetails = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int().optional(),
  detail: z.string(),
  code: z.string(),
  stage: z.string().nullish(),
  scene: z.int().nullish(),
  retryable: z.boolean(),
  resumable_from: z.string().nullish(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  failed_stages: z.array(z.looseObject({ stage: z.string(), scene: z.int().nullable(), code: z.string() })).optional(),
  doc_url: z.string(),
  instance: z.string().optional(),
});

export const jobAnswer = z.looseObject({
  job_id: z.string(),
  job_type: z.enum(JOB_TYPES),
  contract: z.literal('v3'),
  status: z.enum(JOB_STATUSES),
  idempotency_key: z.string(),
  mode: z.enum(MODES).nullable(),
  parent_job_id: z.string().nullable(),
  avatar: z.object({ avatar_id: z.string(), version: z.int() }).nullable(),
  correlation: z.record(z.string(), z.string()),
  created_at: time,
  started_at: time.nullable(),
  finished_at: time.nullable(),
  progress: z.object({
    percent: z.int(),
    stage: z.string().nullable(),
    label: z.string().nullable(),
    scene: z.int().nullable(),
    scenes: z.int().nullable(),
  }),
  awaiting: z.array(
    z.looseObject({ gate: z.string(), revision: z.int(), since: time, scenes: z.array(z.int()), assets: z.array(z.string()) }),
  ),
  stages: z.array(
    z.object({
      stage: z.string(),
      label: z.string(),
      status: z.enum(STEP_STATUSES),
      per_scene: z.boolean(),
      gate: z.string().nullable(),
    }),
  ),
  cost: z.object({
    estimated_micro_usd: z.int(),
    spent_micro_usd: z.int(),
    budget_micro_usd: z.int().nullable(),
  }),
  result: z.looseObject({}).nullable(),
  error: problemDetails.nullable(),
  links: z.looseObject({ self: z.string(), stages: z.string(), events: z.string(), timeline: z.string(), snapshot: z.string(), temporal_ui: z.string().nullable() }),
});

export const jobPage = z.object({ jobs: z.array(jobAnswer), next_cursor: z.string().nullable() });

export const decisionAnswer = z.looseObject({
  decision_id: z.string(),
  job_id: z.string(),
  parent_job_id: z.string().optional(),
  applied: z.boolean(),
});

export const decisionList = z.object({
  job_id: z.string(),
  decisions: z.array(
    z.looseObject({ decision_id: z.string(), gate: z.string(), decision: z.enum(DECISIONS), revision: z.int(), decided_by: z.string(), fate: z.string() }),
  ),
});

export const stageList = z.object({
  job_id: z.string(),
  stages: z.array(
    z.looseObject({
      stage: z.string(),
      label: z.string(),
      scene: z.int().nullable(),
      status: z.enum(STEP_STATUSES),
      generation: z.int(),
      current: z.boolean(),
      revision: z.int(),
      attempts: z.int(),
      started_at: time.nullable(),
      finished_at: time.nullable(),
      duration_ms: z.int().nullable(),
      input_digest: z.string().nullable(),
      output_digest: z.string().nullable(),
      assets: z.array(z.object({ kind: z.string(), asset_id: z.string() })),
      cost_micro_usd: z.int(),
      provider_family: z.string().nullable(),
      reused_from: z.looseObject({ job_id: z.string(), generation: z.int() }).nullable(),
      stale: z.boolean(),
      error: problemDetails.nullable(),
    }),
  ),
});

export const snapshotAnswer = z.object({ job_id: z.string(), sha256: z.string(), frozen_at: time, snapshot: z.looseObject({}) });
export const timelineAnswer = z.looseObject({ job_id: z.string(), duration_ms: z.int(), fps: z.number(), scenes: z.array(z.looseObject({})) });
export const eventPage = z.object({ events: z.array(lifecycleEvent), next_after: z.int() });

export const estimateAnswer = z.object({
  valid: z.boolean(),
  stages: z.array(
    z.object({ stage: z.string(), scene: z.int().nullable(), action: z.enum(['run', 'reuse', 'skip']), cost_micro_usd: cost }),
  ),
  cost_micro_usd: cost,
  duration_ms: cost,
  problems: z.array(problemDetails),
});

export const avatarAnswer = z.object({
  avatar_id: z.string(),
  name: z.string().nullable(),
  latest_version: z.int().nullable(),
  revoked_at: time.nullable(),
  versions: z.array(z.object({ version: z.int(), created_at: time, created_by_job: z.string() })),
});

export const avatarVersionAnswer = z.looseObject({
  avatar_id: z.string(),
  version: z.int(),
  neutral_image: asset.nullable(),
  character_sheet: asset.nullable(),
  views: z.array(z.object({ view: z.string(), asset })),
  voice_profile: z.looseObject({}).nullable(),
  consent: z.object({ statement: z.string(), by: z.string(), at: z.string(), revoked_at: time.nullable() }),
});

export const deliveryAnswer = z.looseObject({
  delivery_id: z.string(),
  event_id: z.string(),
  url_host: z.string(),
  attempt: z.int(),
  status: z.enum(['pending', 'delivered', 'failed', 'dead']),
  http_status: z.int().nullable(),
  at: time,
  next_at: time.nullable(),
});
export const deliveryPage = z.object({ deliveries: z.array(deliveryAnswer), next_cursor: z.string().nullable() });

export const sweepAnswer = z.object({
  sweep: z.enum(SWEEPS.map(({ id }) => id)),
  dry_run: z.boolean(),
  status: z.enum(['completed', 'running']),
  workflow_id: z.string(),
  report: z.looseObject({}).nullable(),
});

export const diffAnswer = z.looseObject({
  a: z.string(),
  b: z.string(),
  first_difference: z
    .object({ stage: z.string(), scene: z.int().nullable(), reason: z.enum(['input', 'provider', 'parameters', 'missing']) })
    .nullable(),
  differences: z.array(z.looseObject({ stage: z.string(), scene: z.int().nullable(), fields: z.array(z.string()) })),
});
