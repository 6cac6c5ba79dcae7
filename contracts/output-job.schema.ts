import { z } from 'zod';
import { byScene, charactersIn, commonFields, exactlyOne, idOf, pose, promptOrAsset, textOf, uploaded, voiceChoice } from './common.schema';
import { ASPECT_RATIOS, CAPTION_MODES, FRAMINGS, GATES, MODES, RESOLUTIONS } from './vocabulary';

/** Longest script, and longest sum of a caller's own transcripts, in characters after trimming. */
export const SCRIPT_LIMIT = 5_000;

export const loudness = z.number().min(-31).max(-9);
const watermark = z.strictObject({ text: textOf(80) });

export const outputSettings = z.strictObject({
  aspect_ratio: z.enum(ASPECT_RATIOS).default('16:9'),
  resolution: z.enum(RESOLUTIONS).default('720p'),
  captions: z.enum(CAPTION_MODES).default('sidecar'),
  background: promptOrAsset.nullable().default(null),
  loudness_lufs: loudness.default(-16),
  watermark: watermark.nullable().default(null),
  seed: z.int().min(0).max(2_147_483_647).default(1),
});

const ownScene = z.strictObject({
  transcript: textOf(SCRIPT_LIMIT),
  pose: pose.nullish(),
  background: promptOrAsset.nullish(),
  b_roll: promptOrAsset.nullish(),
  framing: z.enum(FRAMINGS).nullish(),
});

const approved = z.strictObject({
  script: z
    .strictObject({ asset_id: idOf('asset').nullish(), text: textOf(SCRIPT_LIMIT).nullish() })
    .refine(exactlyOne('asset_id', 'text'), 'exactly one of asset_id, text')
    .optional(),
  storyboard: z.strictObject({ job_id: idOf('job') }).optional(),
  backgrounds: byScene(uploaded).optional(),
  video_assets: z.strictObject({ job_id: idOf('job') }).optional(),
});

/** An `avatar_output` request (contract v3). */
export const avatarOutput = z
  .strictObject({
    ...commonFields,
    job_type: z.literal('avatar_output'),
    avatar_id: idOf('avatar'),
    avatar_version: z.int().min(1).max(1_000_000).nullish(),
    mode: z.enum(MODES),
    script: textOf(SCRIPT_LIMIT).nullish(),
    brief: textOf(SCRIPT_LIMIT).nullish(),
    scenes: z.array(ownScene).min(1).max(50).nullish(),
    require_approval: z
      .array(z.enum(GATES))
      .refine((gates) => new Set(gates).size === gates.length, 'every gate once')
      .default([]),
    approved: approved.default({}),
    approval_deadline_ms: z.int().min(1_000).max(31_536_000_000).nullish(),
    on_deadline: z.enum(['fail', 'approve']).nullish(),
    voice: voiceChoice.nullish(),
    output: outputSettings.prefault({}),
    retry: z.null('null on a first run: use output_retry').optional(),
  })
  .superRefine((job, context) => {
    for (const { path, message } of contradictions(job)) context.addIssue({ code: 'custom', path, message });
  });

interface Said {
  script?: string | null;
  brief?: string | null;
  scenes?: { transcript: string }[] | null;
  mode: string;
  approval_deadline_ms?: number | null;
  on_deadline?: string | null;
}

/** What no single field shows. */
function contradictions(job: Said): { path: string[]; message: string }[] {
  const found: { path: string[]; message: string }[] = [];
  const sources = (['script', 'brief', 'scenes'] as const).filter((name) => job[name] !== undefined && job[name] !== null);
  if (sources.length === 0) found.push({ path: ['script'], message: 'exactly one of script, brief, scenes' });
  for (const name of sources.slice(1)) found.push({ path: [name], message: `exactly one of script, brief, scenes: ${sources[0]} is there too` });
  const spoken = (job.scenes ?? []).reduce((sum, scene) => sum + charactersIn(scene.transcript), 0);
  if (spoken > SCRIPT_LIMIT) found.push({ path: ['scenes'], message: `at most ${SCRIPT_LIMIT} characters in all transcripts` });
  if (job.mode === 'single_scene' && (job.scenes?.length ?? 0) > 1) {
    found.push({ path: ['scenes'], message: 'mode single_scene takes one scene' });
  }
  if (job.on_deadline && !job.approval_deadline_ms) {
    found.push({ path: ['approval_deadline_ms'], message: 'on_deadline needs a deadline' });
  }
  return found;
}

export type AvatarOutputRequest = z.infer<typeof avatarOutput>;
