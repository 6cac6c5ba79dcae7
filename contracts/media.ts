import type { AspectRatio, Framing, PoseName, Resolution } from './vocabulary';

/** What an asset is for. Part of a manifest entry and of a stage record; never part of the storage key. */
export const ASSET_KINDS = [
  'upload',
  'photo',
  'neutral_image',
  'plate',
  'mesh',
  'character_sheet',
  'view',
  'voice_sample',
  'speech',
  'speech_timing',
  'background',
  'b_roll',
  'layers',
  'scene_preview',
  'pose_track',
  'face_track',
  'audio_master',
  'timeline',
  'storyboard',
  'rough_cut',
  'captions_vtt',
  'captions_srt',
  'scene_video',
  'video',
  'poster',
  'manifest',
  'cut',
] as const;
export type AssetKind = (typeof ASSET_KINDS)[number];

/** A reference to stored bytes. Never carries a URL: URLs are signed when somebody asks for one. */
export interface AssetRef {
  asset_id: string;
  /** Lower-case hex SHA-256 of the bytes. */
  sha256: string;
  content_type: string;
  bytes: number;
}

/** One spoken word as the viewer reads it; times are integer milliseconds from the start of its clip. */
export interface Word {
  text: string;
  start_ms: number;
  end_ms: number;
}

/** One ARPAbet phone (lower case, `pau` for silence). */
export interface Phone {
  symbol: string;
  start_ms: number;
  end_ms: number;
}

export const VISEMES = [
  'sil', 'PP', 'FF', 'TH', 'DD', 'kk', 'CH', 'SS', 'nn', 'RR', 'aa', 'E', 'I', 'O', 'U',
] as const;
export type VisemeName = (typeof VISEMES)[number];

/** One mouth shape; openness, rounding and closure lie in 0..1. Visemes cover a clip without holes or overlap. */
export interface Viseme {
  id: VisemeName;
  start_ms: number;
  end_ms: number;
  openness: number;
  rounding: number;
  closure: number;
}

/** The JSON document behind a `speech_timing` asset. Everything is relative to the scene's own start. */
export interface SpeechTiming {
  duration_ms: number;
  words: Word[];
  phones: Phone[];
  visemes: Viseme[];
  sentences: { text: string; start_ms: number; end_ms: number }[];
  source: 'engine' | 'provider' | 'forced_alignment' | 'estimated';
  /** 0..1; below 0.5 the times are a guess. */
  confidence: number;
}

export interface Pose {
  name: PoseName;
  /** 0..1 */
  intensity: number;
}

/** Size of a film in pixels; both even. */
export interface FrameSize {
  width: number;
  height: number;
}

const SHORT_SIDE: Record<Resolution, number> = { '480p': 480, '720p': 720, '1080p': 1080 };
const WIDE: Record<Resolution, number> = { '480p': 854, '720p': 1280, '1080p': 1920 };

/** Pixel size of an aspect ratio at a resolution (contract: 16:9 720p is 1280x720, 4:5 720p is 720x900). */
export function frameSize(aspect: AspectRatio, resolution: Resolution): FrameSize {
  const short = SHORT_SIDE[resolution];
  const long = { '16:9': WIDE[resolution], '9:16': WIDE[resolution], '1:1': short, '4:5': (short * 5) / 4, '5:4': (short * 5) / 4 }[aspect];
  const landscape = aspect === '16:9' || aspect === '5:4';
  return landscape ? { width: long, height: short } : { width: short, height: long };
}

/** Size of a cut in another aspect ratio of a film of this size: the resolution with the same short side. */
export function cutSize(film: FrameSize, aspect: AspectRatio): FrameSize {
  const short = Math.min(film.width, film.height);
  const resolution: Resolution = short >= SHORT_SIDE['1080p'] ? '1080p' : short >= SHORT_SIDE['720p'] ? '720p' : '480p';
  return frameSize(aspect, resolution);
}

/** What a scene looks like; the planner decides it, or the caller. */
export interface SceneVisual {
  framing: Framing;
  background: { prompt: string | null; asset: AssetRef | null };
  b_roll: { prompt: string | null; asset: AssetRef | null } | null;
  /** Words a designer would use, taken from the transcript by the planner. */
  place: string;
  time_of_day: 'morning' | 'day' | 'evening' | 'night';
  mood: string;
}

export interface StoryboardScene {
  scene: number;
  transcript: string;
  pose: Pose;
  visual: SceneVisual;
  /** Estimate from the word count; the truth comes from `speech`. */
  estimated_ms: number;
}

/** The id of a stock voice that leaves the choice to whoever speaks. */
export const ANY_VOICE = 'auto';

/** The voice that speaks: a stock voice, or one matched or cloned from a sample. */
export interface VoiceProfile {
  kind: 'stock' | 'matched' | 'cloned';
  family: string;
  engine: string;
  /** `local:rms`: the family that has it, and the id under which that knows it; or ANY_VOICE. */
  voice_id: string;
  params: { rate: number; pitch: number; formant: number };
  measured: Record<string, number> | null;
  residual: Record<string, number> | null;
  sample_sha256: string | null;
  warnings: string[];
  licence: string;
  /** A plain sentence for people: what this voice is and is not. */
  disclosure: string;
}

/** A finished film's timeline, the document behind a `timeline` asset and `GET /v1/jobs/{id}/timeline`. */
export interface Timeline {
  duration_ms: number;
  fps: number;
  scenes: TimelineScene[];
}

export interface TimelineScene {
  scene: number;
  start_ms: number;
  end_ms: number;
  transcript: string;
  words: Word[];
  pose: Pose;
  visual: {
    framing: Framing;
    background: { prompt: string | null; asset_id: string };
    b_roll: { prompt: string | null; asset_id: string | null } | null;
  };
  assets: { speech: string; scene_video: string | null };
}

/** One automatic check of a finished film; `passed` is false when the value lies outside the limit. */
export interface QualityCheck {
  name: string;
  scene: number | null;
  /** Null where it could not be measured: then nothing speaks against the film, and the note says why. */
  value: number | null;
  limit: string;
  passed: boolean;
  /** Stage to resume from when the check fails. */
  stage: string;
  /** What the value rests on, where that is less than everything. */
  note?: string;
}
