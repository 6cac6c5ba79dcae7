import type { AssetRef, VoiceProfile } from '../../contracts/media';
import type { Consent } from '../../contracts/snapshot';
import type { SampleReport } from '../../contracts/voice-sample';
import type { DirectAdapter, WorkContext } from './adapter';

export interface VoiceRequest {
  sample: AssetRef;
  /** Words of the sample, when known. */
  transcript: string | null;
  name: string | null;
  /** What the recorded person agreed to. Whoever clones a voice refuses without it. */
  consent: Consent | null;
  /** What an earlier stage found in the sample, which is then not looked into again. */
  report?: SampleReport;
}

/** Thrown when a sample cannot be used; `code` is one of the voice_sample_… codes of contracts/errors.ts. */
export class VoiceSampleRejected extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'VoiceSampleRejected';
  }
}

/** Looks into a voice sample before anything is paid. Always local. */
export interface SampleInspector {
  /** @throws VoiceSampleRejected when nothing can be learnt from it */
  inspectSample(sample: AssetRef, context: WorkContext): Promise<SampleReport>;
}

/** A voice sample to a voice profile. `kind` says honestly whether it was matched or cloned. */
export type VoiceAdapter = DirectAdapter<VoiceRequest, { profile: VoiceProfile }> & { readonly capability: 'voice' };
