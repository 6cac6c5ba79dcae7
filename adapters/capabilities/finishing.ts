import type { AssetRef, VoiceProfile, Word } from '../../contracts/media';
import type { BackgroundOutput, CharacterSheetOutput, EnhanceOutput, NeutralImageOutput, SpeechOutput } from '../../contracts/stages';
import type { WorkContext } from './adapter';
import type { BackgroundRequest } from './background';
import type { EnhanceRequest } from './enhance';
import type { CharacterSheetRequest, NeutralImageRequest } from './image';
import type { SpeechRequest } from './speech';
import type { SceneAssetsRequest } from './video';

/**
 * What turns a provider's raw result into the document that the next stage expects. Free and done on our own machines, so
 * a provider's adapter only knows its provider. Implemented by the local family.
 */
export interface Finishing {
  /** Sound as it came, with the provider's word times or (null) aligned here, to a clip of whole frames at its loudness. */
  speech(raw: RawSpeech, request: SpeechRequest, context: WorkContext): Promise<SpeechOutput>;
  /** A portrait that a provider made, to neutral image, plate and mesh. @throws ProviderFault `bad_output` without one face */
  neutralImage(raw: { picture: AssetRef; family: string }, request: NeutralImageRequest, context: WorkContext): Promise<NeutralImageOutput>;
  /** The sheet of a neutral image, whoever made that: every avatar's sheet looks alike. */
  characterSheet(request: CharacterSheetRequest, context: WorkContext): Promise<CharacterSheetOutput>;
  /** Looks into a voice sample before anything is paid. @throws VoiceSampleRejected when nothing can be learnt from it */
  voiceSample(sample: AssetRef, context: WorkContext): Promise<{ measured: Record<string, number>; warnings: string[] }>;
  /** A picture that a provider made, or the caller's own, cut to the frame, with the light that falls in it. @throws ProviderFault `bad_output` */
  background(raw: { picture: AssetRef; description: string; family: string }, request: BackgroundRequest, context: WorkContext): Promise<BackgroundOutput>;
  /** A clip in whatever codec to the parameters that all scenes of a film share, at its exact length, with what lies over the picture. */
  clip(raw: { clip: AssetRef }, target: ClipTarget, context: WorkContext): Promise<EnhanceOutput>;
  /** The picture with which a scene begins: subject, background and light composed, at the film's size. For providers that move a picture. */
  firstFrame(request: SceneAssetsRequest, context: WorkContext): Promise<AssetRef>;
  /** A scene in layers as a clip, its face at rest where there is no track. For providers that work on clips. */
  sceneClip(scene: { layers: AssetRef; track: AssetRef | null }, target: ClipTarget, context: WorkContext): Promise<EnhanceOutput>;
  /** One frame of a clip, for the rough cut. */
  preview(clip: AssetRef, at_ms: number, context: WorkContext): Promise<AssetRef>;
}

/** Form of a clip, and what is drawn over it. */
export type ClipTarget = Pick<EnhanceRequest, 'size' | 'fps' | 'duration_ms'> & Partial<Pick<EnhanceRequest, 'cutaways' | 'burn' | 'watermark'>>;

export interface RawSpeech {
  audio: AssetRef;
  /** Times relative to `audio`; null when the provider gave none. */
  words: Word[] | null;
  engine: string;
  voice: VoiceProfile;
}
