import type { VoiceMeasurement } from '../../../../contracts/voice-sample';
import { VoiceSampleRejected } from '../../../capabilities/voice';

const LEAST_SPEECH_MS = 5_000;
const LEAST_VOICED_MS = 1_000;
const SILENT_DB = -55;
const MOST_CLIPPED_PERCENT = 0.5;
const LEAST_SNR_DB = 10;

/** Throws VoiceSampleRejected when nothing can be learnt from a sample; otherwise returns what a person should know. */
export function judgeSample(sample: VoiceMeasurement): string[] {
  if (sample.speech_level_db < SILENT_DB)
    throw new VoiceSampleRejected('voice_sample_silent', 'The recording holds no voice.');
  if (sample.duration_ms < LEAST_SPEECH_MS) rejectShort(sample.duration_ms);
  if (sample.clipping_percent > MOST_CLIPPED_PERCENT) {
    const share = `${sample.clipping_percent.toFixed(1)} % of the recording is at full scale, at most ${MOST_CLIPPED_PERCENT} % may be.`;
    throw new VoiceSampleRejected(
      'voice_sample_clipped',
      `The recording is distorted: ${share} Record it again at a lower level.`,
    );
  }
  if (sample.snr_db < LEAST_SNR_DB) {
    const distance = `${Math.round(sample.snr_db)} dB, at least ${LEAST_SNR_DB} dB are needed`;
    throw new VoiceSampleRejected(
      'voice_sample_noisy',
      `The voice stands out too little from the noise (${distance}).`,
    );
  }
  if (sample.speech_ms < LEAST_SPEECH_MS || sample.voiced_ms < LEAST_VOICED_MS)
    rejectShort(Math.min(sample.speech_ms, sample.voiced_ms * 2));
  return warningsOf(sample);
}

function rejectShort(speechMs: number): never {
  const found = `${(speechMs / 1000).toFixed(1)} s of speech, at least ${LEAST_SPEECH_MS / 1000} s are needed`;
  throw new VoiceSampleRejected('voice_sample_short', `The sample is too short (${found}).`);
}

function warningsOf(sample: VoiceMeasurement): string[] {
  const warnings: string[] = [];
  if (sample.speech_ms < 20_000)
    warnings.push('The sample holds less than 20 s of speech; a longer one is measured more reliably.');
  if (sample.snr_db < 20) warnings.push('The sample is noisy.');
  if (sample.sample_rate_hz < 16_000) warnings.push('The sample has telephone quality.');
  if (sample.loudness_lufs < -35 || sample.loudness_lufs > -9)
    warnings.push('The level of the sample is unusual.');
  return warnings;
}
