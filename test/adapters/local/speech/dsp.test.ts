import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { measureLoudness as measureWithFfmpeg } from '../../../../adapters/local/ffmpeg';
import { levelTo } from '../../../../adapters/local/speech/dsp/level';
import { amplifyWithLimit, preparePeaks, measureTruePeak } from '../../../../adapters/local/speech/dsp/limiter';
import { measureLoudness } from '../../../../adapters/local/speech/dsp/loudness';
import { shiftVoice } from '../../../../adapters/local/speech/dsp/overlap-add';
import { trackPitch } from '../../../../adapters/local/speech/dsp/pitch';
import { resample } from '../../../../adapters/local/speech/dsp/resample';
import { decodeWav, encodeWav, writeWav } from '../../../../adapters/local/speech/dsp/wav';
import { ffmpegPath } from '../assembly/test-context';

function sine(hertz: number, rate: number, seconds: number, amplitude = 0.5): Float32Array {
  return Float32Array.from(
    { length: rate * seconds },
    (_, at) => amplitude * Math.sin((2 * Math.PI * hertz * at) / rate),
  );
}

/** A buzz with a few harmonics and a slow swell, the nearest thing to a voice that a formula gives. */
function buzz(hertz: number, rate: number, seconds: number): Float32Array {
  return Float32Array.from({ length: rate * seconds }, (_, at) => {
    const swell = 0.6 + 0.4 * Math.sin((2 * Math.PI * 3 * at) / rate);
    return (
      0.08 *
      swell *
      [1, 2, 3, 4, 5].reduce(
        (sum, harmonic) => sum + Math.sin((2 * Math.PI * hertz * harmonic * at) / rate) / harmonic,
        0,
      )
    );
  });
}

describe('loudness', () => {
  it('of a full-scale 997 Hz sine is -3.01 LUFS, as the standard says', () => {
    expect(measureLoudness(sine(997, 48_000, 5, 1))).toBeCloseTo(-3.01, 1);
  });

  it('agrees with ffmpeg in loudness and true peak', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'understudy-dsp-'));
    const samples = buzz(130, 48_000, 4);
    await writeWav(path.join(dir, 'a.wav'), { rate: 48_000, samples });
    const measured = await measureWithFfmpeg(ffmpegPath(), path.join(dir, 'a.wav'), {
      dir,
      signal: new AbortController().signal,
      timeout_ms: 60_000,
    });
    await rm(dir, { recursive: true });
    expect(Math.abs(measureLoudness(samples) - measured.integrated_lufs)).toBeLessThan(0.15);
    expect(Math.abs(measureTruePeak(samples) - measured.true_peak_db)).toBeLessThan(0.3);
  });

  it('of silence does not exist, and levelling leaves silence alone', () => {
    const silence = new Float32Array(48_000);
    expect(measureLoudness(silence)).toBe(Number.NEGATIVE_INFINITY);
    expect(levelTo(silence, -16).samples).toEqual(silence);
  });

  it.each([-14, -16, -23])('reaches %d LUFS with room above the peaks', (target) => {
    const { loudness_lufs, true_peak_db } = levelTo(buzz(110, 48_000, 3), target);
    expect(loudness_lufs).toBeCloseTo(target, 0);
    expect(true_peak_db).toBeLessThanOrEqual(-1.5);
  });
});

describe('the limiter', () => {
  it('holds every true peak below the ceiling, whatever comes', () => {
    const sample = fc.double({ min: -1, max: 1, noNaN: true });
    const property = fc.property(
      fc.array(sample, { minLength: 1, maxLength: 1500 }),
      fc.double({ min: 0.1, max: 30, noNaN: true }),
      (values, gain) => {
        const limited = amplifyWithLimit(preparePeaks(Float32Array.from(values)), gain, -2);
        // The gain moves between samples, so white noise may exceed by a hair; speech does not come near it.
        expect(measureTruePeak(limited)).toBeLessThan(-1.5);
      },
    );
    fc.assert(property, { numRuns: 50, seed: 7 });
  });
});

describe('resampling', () => {
  it.each([
    [16_000, 48_000],
    [24_000, 48_000],
    [22_050, 48_000],
    [44_100, 16_000],
    [15_520, 48_000],
  ])('keeps a tone from %d to %d Hz', (from, to) => {
    const output = resample(sine(440, from, 1), from, to);
    const expected = sine(440, to, 1);
    const inside = [...output.keys()].filter((at) => at > to * 0.1 && at < to * 0.9);
    const worst = Math.max(...inside.map((at) => Math.abs(output[at]! - expected[at]!)));
    expect(output.length).toBe(to);
    expect(worst).toBeLessThan(0.002);
  });

  it('takes away what the lower rate cannot hold', () => {
    const output = resample(sine(12_000, 48_000, 1), 48_000, 16_000);
    const inside = output.slice(1600, 14_400);
    expect(Math.max(...inside.map(Math.abs))).toBeLessThan(0.01);
  });
});

describe('pitch', () => {
  const median = (samples: Float32Array) => {
    const voiced = trackPitch(samples, 16_000).flatMap(({ f0_hz }) => (f0_hz > 0 ? [f0_hz] : []));
    return voiced.sort((a, b) => a - b)[voiced.length >> 1] ?? 0;
  };

  it.each([80, 97, 130, 210, 330])('of a %d Hz buzz is found within 1 %%', (hertz) => {
    expect(Math.abs(median(buzz(hertz, 16_000, 1)) / hertz - 1)).toBeLessThan(0.01);
  });

  it.each([0.8, 1.25])('moves by %d and leaves the length alone', (pitch) => {
    const shifted = shiftVoice(buzz(120, 16_000, 1), 16_000, { pitch, stretch: 1 });
    expect(shifted.length).toBe(16_000);
    expect(Math.abs(median(shifted) / (120 * pitch) - 1)).toBeLessThan(0.03);
  });
});

describe('WAV', () => {
  it('reads what it wrote', () => {
    const samples = Float32Array.from([0, 0.5, -0.5, -1]);
    expect(decodeWav(encodeWav({ rate: 48_000, samples }))).toEqual({ rate: 48_000, samples });
  });

  it.each(['', 'RIFF', 'hello world, this is text and no sound at all'])('refuses %j', (text) => {
    expect(() => decodeWav(Buffer.from(text))).toThrow();
  });
});
