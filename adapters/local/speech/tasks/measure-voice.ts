import type { VoiceMeasurement } from '../../../../contracts/voice-sample';
import { measureFormants } from '../dsp/formants';
import { measureLoudness, LOUDNESS_RATE } from '../dsp/loudness';
import { PITCH_HOP_MS, trackPitch } from '../dsp/pitch';
import type { PitchFrame } from '../dsp/pitch';
import { resample } from '../dsp/resample';
import { readWav } from '../dsp/wav';
import type { Sound } from '../dsp/wav';
import { countSyllables, percentile, speechFrames } from '../voice/speech-frames';

const ANALYSIS_RATE = 16_000;
const FULL_SCALE = 0.999;
/** Vowels lie so near to the loudest frames. */
const VOWEL_RANGE_DB = 20;
const FRAME_CENTRE_S = 0.02;
const LOWEST_RATE = 8_000;
const HIGHEST_RATE = 192_000;

/** Measures a decoded voice sample; null when its sample rate is none that speech is recorded at. */
export async function measureVoice({ wav }: { wav: string }): Promise<VoiceMeasurement | null> {
  const { samples, rate } = await readWav(wav);
  if (rate < LOWEST_RATE || rate > HIGHEST_RATE) return null;
  const frames = trackPitch(resample(samples, rate, ANALYSIS_RATE), ANALYSIS_RATE);
  const loudness = measureLoudness(resample(samples, rate, LOUDNESS_RATE));
  const clipped = samples.reduce((count, sample) => count + (Math.abs(sample) >= FULL_SCALE ? 1 : 0), 0);
  return {
    duration_ms: Math.round((samples.length / rate) * 1000),
    sample_rate_hz: rate,
    ...measureFrames(frames),
    ...measureThroat({ samples, rate }, frames),
    loudness_lufs: Number.isFinite(loudness) ? round(loudness) : -99,
    clipping_percent: round((100 * clipped) / Math.max(1, samples.length), 3),
  };
}

type FrameMeasurement = Omit<
  VoiceMeasurement,
  'duration_ms' | 'sample_rate_hz' | 'loudness_lufs' | 'clipping_percent' | 'f3_hz' | 'f4_hz'
>;

function measureFrames(frames: readonly PitchFrame[]): FrameMeasurement {
  const levels = frames.map(({ level_db }) => level_db).sort((a, b) => a - b);
  const [noise, loud] = [percentile(levels, 0.05) ?? -99, percentile(levels, 0.9) ?? -99];
  const active = speechFrames(frames, { noise_db: noise, speech_db: loud });
  const pitches = frames
    .flatMap(({ f0_hz }, at) => (active.loud[at] && f0_hz > 0 ? [f0_hz] : []))
    .sort((a, b) => a - b);
  const range = 12 * Math.log2((percentile(pitches, 0.9) ?? 1) / (percentile(pitches, 0.1) ?? 1));
  const speechMs = active.frames * PITCH_HOP_MS;
  return {
    speech_ms: speechMs,
    median_f0_hz: round(percentile(pitches, 0.5) ?? 0, 1),
    f0_range_st: round(range, 1),
    voiced_ms: pitches.length * PITCH_HOP_MS,
    syllables_per_second:
      speechMs === 0 ? 0 : round((countSyllables(frames, active.loud) * 1000) / speechMs, 2),
    snr_db: round(loud - noise, 1),
    speech_level_db: round(loud, 1),
  };
}

/** Formants in the middle of loud voiced frames. */
function measureThroat(
  { samples, rate }: Sound,
  frames: readonly PitchFrame[],
): { f3_hz: number; f4_hz: number } {
  const levels = frames.map(({ level_db }) => level_db).sort((a, b) => a - b);
  const quietest = (percentile(levels, 0.9) ?? 0) - VOWEL_RANGE_DB;
  const moments = frames.flatMap(({ f0_hz, level_db }, at) =>
    f0_hz > 0 && level_db > quietest ? [(at * PITCH_HOP_MS) / 1000 + FRAME_CENTRE_S] : [],
  );
  const [, , f3_hz = 0, f4_hz = 0] = measureFormants(samples, rate, moments) ?? [];
  return { f3_hz, f4_hz };
}

function round(value: number, digits = 2): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
