import type { VoiceProfile } from '../../../../contracts/media';
import { FLITE_ENGINE } from '../engines/flite';
import type { VoiceMeasurement } from '../tasks/measure-voice';
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
/**
 * The base voice whose pitch is nearest in semitones, moved to the sample's pitch and pace within limits. What the limits
 * left over stands in `residual`. Timbre is not transferred: the result is matched, never cloned.
 */
export function matchVoice(sample: VoiceMeasurement, voices: readonly LocalVoice[]): VoiceMatch {
  const base = nearest(voices, sample.median_f0_hz);
  const pitch = limit(sample.median_f0_hz / base.median_f0_hz);
  const rate = limit(sample.syllables_per_second / base.syllables_per_second);
  const left = semitones(sample.median_f0_hz / (base.median_f0_hz * pitch));
  const pace = sample.syllables_per_second / (base.syllables_per_second * rate);
  return {
    engine: base.engine === 'flite' ? FLITE_ENGINE : base.engine,
    voice_id: base.voice_id,
    params: { rate, pitch, formant: 1 },
    measured: { ...sample },
    residual: { f0_semitones: round(left), rate_percent: round((pace - 1) * 100) },
    licence: base.licence,
    disclosure:
      'A synthetic stock voice, matched to the sample in pitch and speaking rate only. It is not a copy of the person’s voice and does not carry its timbre.',
    warnings:
      Math.abs(left) > 0.5
        ? [`The pitch could not be matched fully: ${round(Math.abs(left))} semitones are left.`]
        : [],
  };
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
