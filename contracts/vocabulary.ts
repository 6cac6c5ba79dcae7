/**
 * The one list of every name that crosses a boundary: contract, database, events, activity types, Temporal Web UI.
 * A name is never reused for another meaning.
 */

export const JOB_TYPES = [
  'avatar_creation',
  'voice_cloning',
  'avatar_output',
  'output_retry',
  'background_regeneration',
  'script_approval',
  'storyboard_approval',
  'background_approval',
  'video_asset_approval',
  'marketing_cut',
] as const;
export type JobType = (typeof JOB_TYPES)[number];

export const CREATION_STAGES = [
  'validate',
  'neutral_image',
  'character_sheet',
  'voice_profile',
  'persist',
  'emit',
] as const;
export type CreationStage = (typeof CREATION_STAGES)[number];

export const OUTPUT_STAGES = [
  'payload',
  'script_context',
  'storyboard',
  'speech',
  'backgrounds',
  'scene_assets',
  'broll_pose',
  'stitch',
  'lip_sync',
  'enhance',
  'output',
] as const;
export type OutputStage = (typeof OUTPUT_STAGES)[number];

export const MARKETING_STAGES = ['source', 'cuts', 'publish'] as const;
export type MarketingStage = (typeof MARKETING_STAGES)[number];

export type StageName = CreationStage | OutputStage | MarketingStage;

export const GATES = ['script', 'storyboard', 'backgrounds', 'video_assets'] as const;
export type Gate = (typeof GATES)[number];

export const DECISIONS = ['approved', 'changes_requested', 'rejected'] as const;
export type Decision = (typeof DECISIONS)[number];

export const MODES = ['single_scene', 'multi_scene', 'b_roll', 'pose'] as const;
export type Mode = (typeof MODES)[number];

export const JOB_STATUSES = [
  'accepted',
  'running',
  'waiting_for_approval',
  'waiting_for_budget',
  'cancelling',
  'completed',
  'failed',
  'cancelled',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];
/** Nothing of the job changes any more. */
export const ENDED_STATUSES: readonly JobStatus[] = ['completed', 'failed', 'cancelled'];
/** Nothing of the job may begin any more: it has ended, or is about to. */
export const CLOSING_STATUSES: readonly JobStatus[] = [...ENDED_STATUSES, 'cancelling'];

export const STEP_STATUSES = [
  'pending',
  'running',
  'waiting_for_approval',
  'completed',
  'reused',
  'failed',
  'cancelled',
  'skipped',
] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export const EVENT_TYPES = [
  'job.accepted',
  'job.started',
  'job.progress',
  'job.waiting_for_approval',
  'job.waiting_for_budget',
  'job.completed',
  'job.failed',
  'job.cancelled',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const ROLES = ['backend', 'reviewer', 'operator'] as const;
export type Role = (typeof ROLES)[number];

export const ASPECT_RATIOS = ['16:9', '9:16', '1:1', '4:5', '5:4'] as const;
export type AspectRatio = (typeof ASPECT_RATIOS)[number];

export const RESOLUTIONS = ['480p', '720p', '1080p'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

export const CAPTION_MODES = ['none', 'sidecar', 'burned'] as const;
export type CaptionMode = (typeof CAPTION_MODES)[number];

export const FRAMINGS = ['close', 'medium', 'wide'] as const;
export type Framing = (typeof FRAMINGS)[number];

export const POSES = ['neutral', 'nod', 'shake', 'lean_in', 'tilt', 'emphasise'] as const;
export type PoseName = (typeof POSES)[number];

/** Temporal task queues; `provider` and `media` serve activities only. */
export const QUEUES = ['avatar', 'marketing', 'callbacks', 'maintenance', 'retry', 'provider', 'media'] as const;
export type Queue = (typeof QUEUES)[number];

/** Frames per second of every film the local family makes; scene bounds are whole frames, so multiples of 40 ms. */
export const FPS = 25;
export const FRAME_MS = 1000 / FPS;
