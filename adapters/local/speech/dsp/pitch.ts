/** Fundamental frequency every 10 ms. */
export interface PitchFrame {
  /** 0 where the sound is not voiced. */
  f0_hz: number;
  /** Root mean square of the frame, in dB relative to full scale. */
  level_db: number;
}

export const PITCH_HOP_MS = 10;
const LOWEST_HZ = 60;
const HIGHEST_HZ = 400;
const WINDOW_SECONDS = 0.04;
const THRESHOLD = 0.15;

/**
 * Pitch by YIN (de Cheveigné and Kawahara 2002): cumulative mean normalised difference, absolute threshold 0.15,
 * parabolic interpolation. Range 60 to 400 Hz. About 20 ms of one core for each second at 16 kHz.
 */
export function trackPitch(samples: Float32Array, rate: number): PitchFrame[] {
  const window = Math.round(rate * WINDOW_SECONDS);
  const hop = Math.round((rate * PITCH_HOP_MS) / 1000);
  const longest = Math.floor(rate / LOWEST_HZ);
  const frames: PitchFrame[] = [];
  const differences = new Float64Array(longest + 2);
  for (let start = 0; start + window + longest + 1 < samples.length; start += hop) {
    const power = meanSquare(samples, start, window);
    // Below -60 dB there is no voice to measure, only noise that costs time.
    const period = power < 1e-6 ? 0 : findPeriod(samples, { start, window, rate, differences });
    frames.push({ f0_hz: period === 0 ? 0 : rate / period, level_db: 10 * Math.log10(power + 1e-12) });
  }
  return frames;
}

interface Search {
  start: number;
  window: number;
  rate: number;
  differences: Float64Array;
}

function findPeriod(samples: Float32Array, { start, window, rate, differences }: Search): number {
  const shortest = Math.floor(rate / HIGHEST_HZ);
  const longest = differences.length - 2;
  let sum = 0;
  let best = 0;
  differences[0] = 1;
  for (let lag = 1; lag <= longest + 1; lag++) {
    const difference = squaredDifference(samples, start, lag, window);
    sum += difference;
    differences[lag] = sum > 0 ? (difference * lag) / sum : 1;
    const candidate = lag - 1;
    const isDip =
      candidate >= shortest &&
      differences[candidate]! < THRESHOLD &&
      differences[lag]! >= differences[candidate]!;
    if (isDip) {
      best = candidate;
      break;
    }
  }
  return best === 0 ? 0 : best + vertex(differences[best - 1]!, differences[best]!, differences[best + 1]!);
}

function squaredDifference(samples: Float32Array, start: number, lag: number, window: number): number {
  let sum = 0;
  for (let k = start; k < start + window; k++) {
    const difference = samples[k]! - samples[k + lag]!;
    sum += difference * difference;
  }
  return sum;
}

/** Where a parabola through three neighbours is lowest, relative to the middle one. */
function vertex(left: number, middle: number, right: number): number {
  const curvature = left - 2 * middle + right;
  return curvature === 0 ? 0 : Math.max(-0.5, Math.min(0.5, (left - right) / (2 * curvature)));
}

function meanSquare(samples: Float32Array, start: number, count: number): number {
  let sum = 0;
  for (let k = start; k < start + count; k++) sum += samples[k]! * samples[k]!;
  return sum / count;
}
