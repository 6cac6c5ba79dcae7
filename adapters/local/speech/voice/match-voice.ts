import type { VoiceProfile } from '../../../../contracts/media';
import type { VoiceMeasurement } from '../../../../contracts/voice-sample';
import { FLITE_ENGINE } from '../engines/flite';
import type { LocalVoice } from '../voices';

export type VoiceMatch = Pick<
  VoiceProfile,
  'engine' | 'voice_id' | 'params' | 'measured' | 'residual' | 'licence' | 'disclosure'
> & {
  warnings: string[];
};

/** Beyond these a voice sounds processed rather than like somebody else. */
const LOWEST_FACTOR = 0.75;
const HIGHEST_FACTOR = 1.3;
/** Shifted further, formants are heard as an effect. */
const LOWEST_FORMANT = 0.92;
const HIGHEST_FORMANT = 1.08;

/**
 * The base voice whose pitch is nearest in semitones, moved to the sample's pitch, pace and formants within limits. What the limits
 * left over stands in `residual`. Timbre is not transferred: the result is matched, never cloned.
 */
export function matchVoice(sample: VoiceMeasurement, voices: readonly LocalVoice[]): VoiceMatch {
  const base = chooseBase(voices, sample.median_f0_hz);
  const pitch = limit(sample.median_f0_hz / base.median_f0_hz);
  const rate = limit(sample.syllables_per_second / base.syllables_per_second);
  const formant = formantFactor(sample, base);
  const left = semitones(sample.median_f0_hz / (base.median_f0_hz * pitch));
  const pace = sample.syllables_per_second / (base.syllables_per_second * rate);
  return {
    engine: base.engine === 'flite' ? FLITE_ENGINE : base.engine,
    voice_id: base.voice_id,
    params: { rate, pitch, formant },
    measured: { ...sample },
    residual: {
      f0_semitones: round(left),
      rate_percent: round((pace - 1) * 100),
      ...(base.formants_hz === null || sample.f3_hz === 0
        ? {}
        : { f3_percent: round((sample.f3_hz / (base.formants_hz[0] * formant) - 1) * 100) }),
    },
    licence: base.licence,
    disclosure:
      'A synthetic stock voice, matched to the sample in pitch, speaking rate and the size of the throat only. It is not a copy of the person’s voice and does not carry its timbre.',
    warnings:
      Math.abs(left) > 0.5
        ? [`The pitch could not be matched fully: ${round(Math.abs(left))} semitones are left.`]
        : [],
  };
}

/** The nearest voice of the best engine that reaches the pitch within limits; else the nearest of all. */
function chooseBase(voices: readonly LocalVoice[], hertz: number): LocalVoice {
  const engines = [...new Set(voices.map(({ engine }) => engine))];
  const reached = engines
    .map((engine) =>
      nearest(
        voices.filter((voice) => voice.engine === engine),
        hertz,
      ),
    )
    .find(({ median_f0_hz }) => limit(hertz / median_f0_hz) === round(hertz / median_f0_hz));
  return reached ?? nearest(voices, hertz);
}

/** By how much all formants move: the third and fourth, because the lower two say more about the words than the speaker. */
function formantFactor(sample: VoiceMeasurement, { formants_hz }: LocalVoice): number {
  if (formants_hz === null || sample.f3_hz === 0 || sample.f4_hz === 0) return 1;
  const factor = Math.sqrt((sample.f3_hz / formants_hz[0]) * (sample.f4_hz / formants_hz[1]));
  return round(Math.max(LOWEST_FORMANT, Math.min(HIGHEST_FORMANT, factor)));
}

function nearest(voices: readonly LocalVoice[], hertz: number): LocalVoice {
  const [first, ...others] = voices;
  if (first === undefined) throw new Error('There is no voice to match with.');
  const distance = (voice: LocalVoice) => Math.abs(semitones(hertz / voice.median_f0_hz));
  return others.reduce((best, voice) => (distance(voice) < distance(best) ? voice : best), first);
}

function semitones(ratio: number): number {
  return 12 * Math.log2(ratio);
}

function limit(factor: number): number {
  return round(Math.max(LOWEST_FACTOR, Math.min(HIGHEST_FACTOR, factor)));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
