import { z } from 'zod';
import { byScene, commonFields, idOf, sceneNumbers, textOf } from './common.schema';
import { SCRIPT_LIMIT } from './output-job.schema';
import { DECISIONS, GATES, type Gate, type JobType } from './vocabulary';

export const APPROVAL_JOB_TYPES = ['script_approval', 'storyboard_approval', 'background_approval', 'video_asset_approval'] as const;
export type ApprovalJobType = (typeof APPROVAL_JOB_TYPES)[number];

/** The gate that each approval job type decides. */
export const GATE_OF: Record<ApprovalJobType, Gate> = {
  script_approval: 'script',
  storyboard_approval: 'storyboard',
  background_approval: 'backgrounds',
  video_asset_approval: 'video_assets',
};

export function isApprovalJobType(jobType: JobType): jobType is ApprovalJobType {
  return (APPROVAL_JOB_TYPES as readonly string[]).includes(jobType);
}

const scriptEdits = z.strictObject({ script: textOf(SCRIPT_LIMIT) });
const storyboardEdits = z.strictObject({ scenes: byScene(z.strictObject({ transcript: textOf(SCRIPT_LIMIT) })) });
const noEdits = z.null('this gate takes no edits').optional();
const someScenes = sceneNumbers.nullish();
const noScenes = z.null('a script is decided as a whole').optional();

const decisionFields = {
  decision: z.enum(DECISIONS),
  revision: z.int().min(1).max(1_000_000),
  note: textOf(2_000).nullish(),
  decided_by: textOf(256),
};

interface Decided {
  decision: string;
  edits?: unknown;
}

const EDITS_NEED_APPROVAL = { path: ['edits'], message: 'edits go with the decision approved only' };

function editsGoWithApproval({ decision, edits }: Decided): boolean {
  return edits === undefined || edits === null || decision === 'approved';
}

/** What is decided at each gate, and what may be changed with it. */
const GATE_FIELDS = {
  script: { scenes: noScenes, edits: scriptEdits.nullish() },
  storyboard: { scenes: someScenes, edits: storyboardEdits.nullish() },
  backgrounds: { scenes: someScenes, edits: noEdits },
  video_assets: { scenes: someScenes, edits: noEdits },
} as const satisfies Record<Gate, { scenes: z.ZodType; edits: z.ZodType }>;

function approvalOf<Name extends ApprovalJobType, Scenes extends z.ZodType, Edits extends z.ZodType>(
  jobType: Name,
  { scenes, edits }: { scenes: Scenes; edits: Edits },
) {
  return z
    .strictObject({ ...commonFields, job_type: z.literal(jobType), job_id: idOf('job'), ...decisionFields, scenes, edits })
    .refine(editsGoWithApproval, EDITS_NEED_APPROVAL);
}

export const scriptApproval = approvalOf('script_approval', GATE_FIELDS.script);
export const storyboardApproval = approvalOf('storyboard_approval', GATE_FIELDS.storyboard);
export const backgroundApproval = approvalOf('background_approval', GATE_FIELDS.backgrounds);
export const videoAssetApproval = approvalOf('video_asset_approval', GATE_FIELDS.video_assets);

/** `gate` of `POST /v1/jobs/{id}/approvals`, which then has the same meaning as the approval job type of that gate. */
export const gateName = z.enum(GATES);

function bodyOf<Name extends Gate>(gate: Name) {
  const named = { contract: commonFields.contract.optional(), job_id: idOf('job').optional() };
  return z.strictObject({ ...commonFields, ...named, gate: z.literal(gate), ...decisionFields, ...GATE_FIELDS[gate] });
}

/** The body of `POST /v1/jobs/{id}/approvals`, for the documentation; requests are parsed as approval jobs. */
export const approvalBody = z.discriminatedUnion('gate', [bodyOf('script'), bodyOf('storyboard'), bodyOf('backgrounds'), bodyOf('video_assets')]);

export type ApprovalRequest =
  | z.infer<typeof scriptApproval>
  | z.infer<typeof storyboardApproval>
  | z.infer<typeof backgroundApproval>
  | z.infer<typeof videoAssetApproval>;
