import type { AssetRef, FrameSize, QualityCheck, SpeechTiming, StoryboardScene, Timeline } from '../../contracts/media';
import type { CutOutput, SourceOutput, StitchOutput } from '../../contracts/stages';
import type { CaptionMode } from '../../contracts/vocabulary';
import type { WorkContext } from './adapter';

export interface StitchScene {
  storyboard: StoryboardScene;
  duration_ms: number;
  speech: AssetRef;
  timing: AssetRef;
  background: AssetRef;
  preview: AssetRef;
  cutaways: { start_ms: number; end_ms: number; asset: AssetRef; title: string | null }[];
}

export interface StitchRequest {
  scenes: StitchScene[];
  size: FrameSize;
  fps: number;
  loudness_lufs: number;
  job_id: string;
}

export interface JoinRequest {
  /** Scene videos in order, from `enhance`. */
  scenes: { scene: number; video: AssetRef; frames: number }[];
  audio_master: AssetRef;
  captions_srt: AssetRef | null;
  /** The captions stand in the scenes' pictures; the poster is then taken from between them. */
  burned?: boolean;
  size: FrameSize;
  fps: number;
  duration_ms: number;
  title: string;
  /**
   * For the check of lip movement, identity and poster: face tracks and timeline. A cutaway hides the face from its first
   * moment to its last, both in scene time.
   */
  tracks: { scene: number; track: AssetRef | null; cutaways?: { start_ms: number; end_ms: number }[] }[];
  timeline: Timeline;
  /** The avatar's neutral picture, which the film's faces are compared with; without it nobody is compared. */
  neutral?: AssetRef | null;
  /** What the voice track was made for; without it the check of loudness only looks for silence. */
  loudness_lufs?: number;
}

export interface JoinResult {
  video: AssetRef;
  poster: AssetRef;
  checks: QualityCheck[];
}

export interface CutRequest {
  film: SourceOutput;
  /** Name of the cut, for its files. */
  name: string;
  /** Stands in the file. The same request with the same title gives the same bytes. */
  title: string;
  /** What the film is brought to: cropped around the face, or set into a soft backdrop where cropping would lose something. */
  size: FrameSize;
  captions: CaptionMode;
  /** Longest length in ms; the cut ends with the last sentence that fits. Null keeps the whole film. */
  max_duration_ms: number | null;
}

export type CutResult = Omit<CutOutput, 'name'>;

/**
 * Puts scenes together; always local because it only copies streams and mixes sound.
 * `stitch`: one timeline, one PCM voice track with measured loudness, captions, continuity checks and a fast rough cut.
 * `join`: scene videos by stream copy, the voice track encoded once, poster, metadata that marks the film as synthetic.
 * `cut`: a finished film in another shape or length; what does not change is copied, the mark stays.
 */
export interface AssemblyAdapter {
  stitch(request: StitchRequest, context: WorkContext): Promise<Omit<StitchOutput, 'timeline'> & { timeline: Timeline }>;
  join(request: JoinRequest, context: WorkContext): Promise<JoinResult>;
  cut(request: CutRequest, context: WorkContext): Promise<CutResult>;
  /** Captions of one scene in its own time, for burning them into its picture. */
  sceneCues(timing: SpeechTiming): { start_ms: number; end_ms: number; text: string }[];
}
