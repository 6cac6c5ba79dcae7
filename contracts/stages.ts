import type { AssetRef, FrameSize, Pose, QualityCheck, StoryboardScene, VoiceProfile } from './media';
import type { CaptionMode, CreationStage, Framing, MarketingStage, Mode, OutputStage } from './vocabulary';
import type { SampleReport } from './voice-sample';

/**
 * What each stage leaves behind: one small JSON document per item (a stage, or a stage and a scene), kept in the step
 * record. Big things are assets and stand here by reference. A document never holds a URL, a token or bytes.
 */
export interface StageOutputs {
  validate: ValidateOutput;
  neutral_image: NeutralImageOutput;
  character_sheet: CharacterSheetOutput;
  voice_profile: { profile: VoiceProfile };
  persist: { avatar_id: string; version: number };
  /** Null where a voice belongs to no avatar. */
  emit: { avatar_id: string | null; version: number | null };
  payload: PayloadOutput;
  script_context: ScriptContextOutput;
  storyboard: { scenes: StoryboardScene[]; document: AssetRef };
  speech: SpeechOutput;
  backgrounds: BackgroundOutput;
  scene_assets: SceneAssetsOutput;
  broll_pose: BrollPoseOutput;
  stitch: StitchOutput;
  lip_sync: LipSyncOutput;
  enhance: EnhanceOutput;
  output: FilmOutput;
  source: SourceOutput;
  cuts: { cuts: CutOutput[] };
  publish: { manifest: AssetRef };
}

/** Every stage name has an output type; a missing one does not compile. */
type Covered = keyof StageOutputs extends CreationStage | OutputStage | MarketingStage ? true : never;
export const STAGES_COVERED: Covered = true;

export interface PhotoReport {
  /** Position in the request, from 0. */
  photo: number;
  asset_id: string;
  accepted: boolean;
  /** Of a photo that was left out, why: one of the photo_… codes; absent in documents older than it. */
  code?: string;
  /** Higher is better; only comparable within one job. */
  score: number;
  /** Degrees the picture had to be turned so that the face stands upright: 0, 90, 180 or 270. */
  rotation: number;
  metrics: Record<string, number>;
  warnings: string[];
}

export interface ValidateOutput {
  chosen: number;
  /** One sentence: why this photo was chosen. */
  reason: string;
  photo: AssetRef;
  photos: PhotoReport[];
  /** Absent where there is no voice sample, and in documents older than this look into it. */
  voice_sample?: SampleReport;
}

export interface NeutralImageOutput {
  /** 1024x1024 PNG on a soft grey ground, lips closed. */
  neutral: AssetRef;
  /** RGBA PNG, upright, straight alpha, foreground colours estimated up to the edge; eyes at a fixed place (see `mesh`). */
  plate: AssetRef;
  /** JSON: width and height of the plate, 478 landmarks [x, y, z] in plate pixels, interocular distance. */
  mesh: AssetRef;
  metrics: Record<string, number>;
  warnings: string[];
}

export interface CharacterSheetOutput {
  sheet: AssetRef;
  views: { view: string; asset: AssetRef }[];
  palette: { name: string; hex: string }[];
}

/** The frozen payload, resolved: which avatar version, which sizes, which adapters. */
export interface PayloadOutput {
  mode: Mode;
  avatar: { avatar_id: string; version: number; plate: AssetRef; mesh: AssetRef; neutral: AssetRef };
  voice: VoiceProfile;
  size: FrameSize;
  fps: number;
  captions: CaptionMode;
  loudness_lufs: number;
  watermark: string | null;
  background: { prompt: string | null; asset: AssetRef | null } | null;
  seed: number;
  snapshot_sha256: string;
}

export interface ScriptContextOutput {
  script: string;
  source: 'script' | 'brief' | 'scenes' | 'approved' | 'edited';
  language: string;
  paragraphs: number;
  sentences: number;
  words: number;
  estimated_ms: number;
}

export interface SpeechOutput {
  /** A whole number of frames: a multiple of 40. */
  duration_ms: number;
  /** WAV, 48 kHz, mono, 16 bit, exactly `duration_ms` long. */
  audio: AssetRef;
  /** JSON, see SpeechTiming. */
  timing: AssetRef;
  words: number;
  engine: string;
  voice_id: string;
  timing_source: string;
  confidence: number;
  loudness_lufs: number;
  warnings: string[];
}

/** How the scene's light falls on the subject, so that a face fits its background. */
export interface SceneLight {
  /** Multiplies the subject's colour, each about 0.8..1.1. */
  tint: [number, number, number];
  /** 0 dark .. 1 bright */
  level: number;
  direction: 'left' | 'right' | 'front';
  /** True where only distance lies behind the subject, so that no shadow of it can fall there; absent means a wall. */
  open?: boolean;
}

export interface BackgroundOutput {
  /** PNG or JPEG at least as large as the frame, without the subject. */
  image: AssetRef;
  description: string;
  light: SceneLight;
}

export interface SceneAssetsOutput {
  /** JSON, see SceneLayers in adapters/capabilities/video.ts, or for a remote provider a clip. */
  layers: AssetRef | null;
  clip: AssetRef | null;
  preview: AssetRef;
  framing: Framing;
  pose: Pose;
}

export interface BrollPoseOutput {
  kind: 'pose' | 'b_roll';
  /** JSON, see PoseTrack in adapters/capabilities/broll.ts. */
  track: AssetRef | null;
  cutaways: { start_ms: number; end_ms: number; asset: AssetRef; title: string | null }[];
  warnings: string[];
}

export interface StitchOutput {
  timeline: AssetRef;
  audio_master: AssetRef;
  captions_vtt: AssetRef;
  captions_srt: AssetRef;
  rough_cut: AssetRef;
  duration_ms: number;
  loudness_lufs: number;
  true_peak_db: number;
  scenes: { scene: number; start_ms: number; end_ms: number }[];
  continuity: { check: string; scene: number | null; passed: boolean; note: string }[];
}

export interface LipSyncOutput {
  /** JSON, see FaceTrack in adapters/capabilities/lip-sync.ts; null when the provider returned video. */
  track: AssetRef | null;
  clip: AssetRef | null;
  preview: AssetRef | null;
  closures: number;
}

export interface EnhanceOutput {
  /** MP4, video only, H.264, closed groups of pictures, same parameters for all scenes of a film. */
  video: AssetRef;
  frames: number;
  size: FrameSize;
}

export interface FilmOutput {
  video: AssetRef;
  duration_ms: number;
  size: FrameSize;
  fps: number;
  poster: AssetRef;
  captions: { format: 'vtt' | 'srt'; asset: AssetRef }[];
  manifest: AssetRef;
  timeline: AssetRef;
  storyboard: AssetRef;
  checks: QualityCheck[];
}

/** The finished film that cuts are made of, with what its parts know about the picture. */
export interface SourceOutput {
  job_id: string;
  video: AssetRef;
  audio_master: AssetRef;
  captions_srt: AssetRef;
  timeline: AssetRef;
  duration_ms: number;
  size: FrameSize;
  fps: number;
  /** Letters that are part of the picture: cropping would cut them off. */
  letters: { captions: boolean; watermark: boolean };
  scenes: SourceScene[];
}

export interface SourceScene {
  scene: number;
  start_ms: number;
  end_ms: number;
  /** See SceneLayers; null where a provider made the clip, so that nobody knows where the face is. */
  layers: AssetRef | null;
  /** See FaceTrack; null where a provider moved the lips. */
  track: AssetRef | null;
  /** See SpeechTiming. */
  timing: AssetRef;
  /** When something else than the subject fills the picture, in film time. */
  cutaways: { start_ms: number; end_ms: number }[];
}

export interface CutOutput {
  name: string;
  video: AssetRef;
  poster: AssetRef;
  captions: { format: 'vtt' | 'srt'; asset: AssetRef }[];
  duration_ms: number;
  size: FrameSize;
  fps: number;
  checks: QualityCheck[];
}
