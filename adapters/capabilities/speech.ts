import type { VoiceProfile } from '../../contracts/media';
import type { SpeechOutput } from '../../contracts/stages';
import type { DirectAdapter } from './adapter';

export interface SpeechRequest {
  /** What is said, as the viewer reads it; markers like `[[pause 600ms]]` are honoured. */
  transcript: string;
  language: string;
  voice: VoiceProfile;
  /** 0.5..2, multiplies the voice's own. */
  rate: number;
  pitch: number;
  /** Words and how to say them. */
  lexicon: Record<string, string>;
  /** Loudness of the clip in LUFS. */
  loudness_lufs: number;
  /** Sentences before and after in the film, for intonation; not spoken. */
  previous_text: string | null;
  next_text: string | null;
}

/**
 * One scene's speech: audio of a whole number of frames (multiple of 40 ms, 48 kHz mono 16 bit WAV) and word, phone
 * and viseme times relative to it. An adapter without word times has them filled in by the aligner.
 */
export type SpeechAdapter = DirectAdapter<SpeechRequest, SpeechOutput> & { readonly capability: 'speech' };

/** A voice that this machine or account can speak with. */
export interface VoiceInfo {
  voice_id: string;
  engine: string;
  licence: string;
  median_f0_hz: number;
  available: boolean;
  /** How to get it when it is not available. */
  hint: string | null;
}
