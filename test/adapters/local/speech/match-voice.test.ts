import { matchVoice } from '../../../../adapters/local/speech/voice/match-voice';
import { knownVoices, USUAL_MACHINE } from '../../../../adapters/local/speech/voices';
import type { LocalVoice } from '../../../../adapters/local/speech/voices';
import type { VoiceMeasurement } from '../../../../contracts/voice-sample';
import { measureFormants } from '../../../../adapters/local/speech/dsp/formants';
import { SAMPLE_REPORT } from '../../../support/snapshots';

const FLITE = knownVoices(USUAL_MACHINE).filter(({ engine }) => engine === 'flite');
const NEURAL_MAN: LocalVoice = {
  voice_id: 'local:sherpa-man',
  engine: 'sherpa',
  median_f0_hz: 95,
  syllables_per_second: 4,
  formants_hz: [2500, 3400],
  licence: '',
  version: '',
  model: null,
};

function sample(over: Partial<VoiceMeasurement>): VoiceMeasurement {
  return { ...SAMPLE_REPORT.measured, ...over };
}

describe('matching a voice', () => {
  it('takes the best engine for a man whom its one voice reaches', () => {
    expect(matchVoice(sample({}), [NEURAL_MAN, ...FLITE]).voice_id).toBe('local:sherpa-man');
  });

  it('takes a woman of a lesser engine for a woman rather than a man turned up', () => {
    const match = matchVoice(sample({ median_f0_hz: 210, f3_hz: 2950, f4_hz: 4100 }), [NEURAL_MAN, ...FLITE]);
    expect(match).toMatchObject({ voice_id: 'local:slt', params: { pitch: 1.28 } });
  });

  it('says what is left when no voice reaches the pitch', () => {
    const { residual, warnings } = matchVoice(sample({ median_f0_hz: 320 }), FLITE);
    expect(residual!['f0_semitones']).toBeGreaterThan(5);
    expect(warnings).toHaveLength(1);
  });

  it('moves formants towards the speaker, at most eight percent', () => {
    expect(matchVoice(sample({ f3_hz: 2450, f4_hz: 3300 }), [NEURAL_MAN]).params.formant).toBeCloseTo(
      0.98,
      2,
    );
    expect(matchVoice(sample({ f3_hz: 3300, f4_hz: 4300 }), [NEURAL_MAN]).params.formant).toBe(1.08);
    expect(matchVoice(sample({ f3_hz: 0, f4_hz: 0 }), [NEURAL_MAN]).params.formant).toBe(1);
  });
});

describe('measuring formants', () => {
  it('finds the resonances of a synthetic vowel', () => {
    const rate = 16_000;
    const truth = [500, 1500, 2500, 3500];
    const vowel = truth.reduce((sound, hertz) => resonate(sound, hertz, rate), pulses(rate, 110));
    const moments = Array.from({ length: 80 }, (_, at) => 0.1 + at * 0.01);
    // The first is drawn towards the nearest harmonic, whatever the method.
    const tolerance = [0.1, 0.04, 0.02, 0.02];
    measureFormants(vowel, rate, moments)!.forEach((hertz, n) =>
      expect(Math.abs(hertz / truth[n]! - 1)).toBeLessThan(tolerance[n]!),
    );
  });

  it('finds none in silence', () =>
    expect(measureFormants(new Float32Array(16_000), 16_000, [0.2, 0.3, 0.4])).toBeNull());
});

function pulses(rate: number, hertz: number): Float32Array {
  const period = Math.round(rate / hertz);
  return Float32Array.from({ length: rate }, (_, at) => (at % period === 0 ? 1 : 0));
}

/** A two-pole resonator of 80 Hz width (Klatt 1980). */
function resonate(sound: Float32Array, hertz: number, rate: number): Float32Array {
  const radius = Math.exp((-Math.PI * 80) / rate);
  const [b, c] = [2 * radius * Math.cos((2 * Math.PI * hertz) / rate), -radius * radius];
  const out = new Float32Array(sound.length);
  sound.forEach(
    (value, at) => (out[at] = (1 - b - c) * value + b * (out[at - 1] ?? 0) + c * (out[at - 2] ?? 0)),
  );
  return out;
}
