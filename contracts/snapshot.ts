import type { AssetRef, Pose, SceneVisual, VoiceProfile } from './media';
import type { AspectRatio, CaptionMode, Gate, Mode, Resolution, StageName } from './vocabulary';

/**
 * The frozen payload of a job: everything that stages may depend on, captured at the door. A stage reads nothing else,
 * so the same snapshot gives the same film. `jobs.snapshot` holds it, `GET /v1/jobs/{id}/snapshot` shows it.
 */
export type Snapshot = CreationSnapshot | OutputSnapshot | VoiceSnapshot | MarketingSnapshot;

export interface Consent {
  statement: string;
  by: string;
  at: string;
}

export interface CreationSnapshot {
  contract: 'v3';
  job_type: 'avatar_creation';
  /** The id that `persist` gives to the new avatar. */
  avatar_id: string;
  name: string | null;
  photos: AssetRef[];
  voice_sample: AssetRef | null;
  consent: Consent;
  style: string | null;
  seed: number;
  /** Null or missing on a first run. */
  retry?: RetryContext | null;
}

export interface VoiceSnapshot {
  contract: 'v3';
  job_type: 'voice_cloning';
  /** The version that gets the new voice, as it was at the door; null for a voice that belongs to no avatar. */
  avatar: { avatar_id: string; version: number; identity: Identity } | null;
  name: string | null;
  voice_sample: AssetRef;
  consent: Consent;
  /** Null or missing on a first run. */
  retry?: RetryContext | null;
}

/** An avatar version's identity as `avatar_versions.identity` keeps it. */
export interface Identity {
  neutral_image: AssetRef;
  plate: AssetRef;
  mesh: AssetRef;
  character_sheet: AssetRef;
  views: { view: string; asset: AssetRef }[];
  palette: { name: string; hex: string }[];
}

export interface OutputSettings {
  aspect_ratio: AspectRatio;
  resolution: Resolution;
  captions: CaptionMode;
  background: { prompt: string | null; asset: AssetRef | null } | null;
  loudness_lufs: number;
  watermark: string | null;
  seed: number;
}

export interface SnapshotScene {
  transcript: string;
  pose: Pose | null;
  background: SceneVisual['background'] | null;
  b_roll: SceneVisual['b_roll'];
  framing: SceneVisual['framing'] | null;
}

/**
 * What a retry changes, on top of what upstream stages already made: each member takes effect at one stage
 * (contract: patches of `output_retry`). A retry of a retry carries its parent's overrides along.
 */
export interface Overrides {
  scenes: Record<string, { transcript?: string; background?: SceneVisual['background']; pose?: Pose }>;
  voice?: OutputSnapshot['voice'];
  output?: Partial<Pick<OutputSettings, 'aspect_ratio' | 'resolution' | 'captions' | 'loudness_lufs'>>;
  /** Wish for new backgrounds (`background_regeneration`), by scene. */
  notes: Record<string, string>;
}

export interface OutputSnapshot {
  contract: 'v3';
  job_type: 'avatar_output';
  avatar: { avatar_id: string; version: number; identity: Identity; voice_profile: VoiceProfile | null };
  mode: Mode;
  script: string | null;
  brief: string | null;
  scenes: SnapshotScene[] | null;
  voice: { voice_id: string | null; rate: number; pitch: number };
  output: OutputSettings;
  require_approval: Gate[];
  approval_deadline_ms: number | null;
  on_deadline: 'fail' | 'approve' | null;
  /** Stages whose outputs the caller brought along. */
  approved: Partial<Record<Gate, unknown>>;
  /** Null on a first run. */
  retry: RetryContext | null;
  overrides: Overrides;
}

export interface RetryContext {
  parent_job_id: string;
  from_stage: StageName;
  scope: 'downstream' | 'only';
  scenes: number[] | null;
}

export interface MarketingSnapshot {
  contract: 'v3';
  job_type: 'marketing_cut';
  source_job_id: string;
  cuts: { name: string; aspect_ratio: AspectRatio; captions: CaptionMode; max_duration_ms: number | null }[];
  /** Null or missing on a first run. */
  retry?: RetryContext | null;
}
