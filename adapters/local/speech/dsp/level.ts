import { amplifyWithLimit, preparePeaks, measureTruePeak } from './limiter';
import { measureLoudness } from './loudness';

export interface LevelledSound {
  samples: Float32Array;
  loudness_lufs: number;
  true_peak_db: number;
}

/** Half a decibel below the promised -1.5 dBTP: meters with other interpolation filters read up to 0.3 dB higher. */
const CEILING_DB = -2;
const CLOSE_ENOUGH = 0.05;
const ROUNDS = 12;
/** The limiter eats part of every correction, so corrections are larger than the error. */
const EAGERNESS = 1.5;
/** More than this would only make noise loud. */
const HIGHEST_GAIN_DB = 40;

/**
 * Brings 48 kHz mono sound to a loudness in LUFS with peaks held at -2 dBTP. Limiting costs loudness, so the gain is
 * corrected until the result measures right; what the peaks do not allow is left out, and the result says so.
 */
export function levelTo(samples: Float32Array, targetLufs: number): LevelledSound {
  const measured = measureLoudness(samples);
  if (!Number.isFinite(measured)) return { samples, loudness_lufs: measured, true_peak_db: measureTruePeak(samples) };
  let gainDb = Math.min(HIGHEST_GAIN_DB, targetLufs - measured);
  const peaked = preparePeaks(samples);
  let [best, loudness] = [samples, measured];
  for (let round = 0; round < ROUNDS; round++) {
    best = amplifyWithLimit(peaked, 10 ** (gainDb / 20), CEILING_DB);
    loudness = measureLoudness(best);
    const error = targetLufs - loudness;
    if (Math.abs(error) < CLOSE_ENOUGH) break;
    gainDb = Math.min(HIGHEST_GAIN_DB, gainDb + error * (round === 0 ? 1 : EAGERNESS));
  }
  return { samples: best, loudness_lufs: loudness, true_peak_db: measureTruePeak(best) };
}
