import type { AssetRef, SpeechTiming } from '../../contracts/media';
import type { DirectAdapter } from './adapter';

export interface AlignRequest {
  audio: AssetRef;
  transcript: string;
  language: string;
}

/** Word and phone times of known words in known audio. */
export type AlignAdapter = DirectAdapter<AlignRequest, SpeechTiming> & { readonly capability: 'align' };
