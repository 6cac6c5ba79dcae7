import type { AssetRef, FrameSize, VoiceProfile, Word } from '../../contracts/media';
import type { EnhanceOutput, NeutralImageOutput, SpeechOutput } from '../../contracts/stages';
import type { WorkContext } from './adapter';
import type { NeutralImageRequest } from './image';
import type { SpeechRequest } from './speech';

/**
 * What turns a provider's raw result into the document that the next stage expects. Free and done on our own machines, so
 * a provider's adapter only knows its provider. Implemented by the local family.
 */
export interface Finishing {
  /** Sound as it came, with the provider's word times or (null) aligned here, to a clip of whole frames at its loudness. */
  speech(raw: RawSpeech, request: SpeechRequest, context: WorkContext): Promise<SpeechOutput>;
  /** A portrait that a provider made, to neutral image, plate and mesh. @throws ProviderFault `bad_output` without one face */
  neutralImage(raw: { picture: AssetRef; family: string }, request: NeutralImageRequest, context: WorkContext): Promise<NeutralImageOutput>;
  /** A clip in whatever codec to the parameters that all scenes of a film share, at its exact length. */
  clip(raw: { clip: AssetRef }, target: { size: FrameSize; fps: number; duration_ms: number }, context: WorkContext): Promise<EnhanceOutput>;
  /** One frame of a clip, for the rough cut. */
  preview(clip: AssetRef, at_ms: number, context: WorkContext): Promise<AssetRef>;
}

export interface RawSpeech {
  audio: AssetRef;
  /** Times relative to `audio`; null when the provider gave none. */
  words: Word[] | null;
  engine: string;
  voice: VoiceProfile;
}
