import { resample } from './resample';

/** Four formants of a voice lie below 5 kHz, so analysis is done at twice that. */
const ANALYSIS_RATE = 10_000;
const FORMANTS = 4;
/** Two poles for each formant up to 5 kHz, two for the slope of the glottis and the lips. */
const ORDER = 12;
const WINDOW = 256;
const PRE_EMPHASIS = 0.97;
/** Poles outside are no formants but the shape of the spectrum. */
const LOWEST_HZ = 200;
const HIGHEST_HZ = 4_700;
const WIDEST_HZ = 500;
/** So many frames tell a median; more only cost time. */
const MOST_FRAMES = 400;
const ROUNDS = 40;

/**
 * Median frequencies of the first four formants in Hz over the given moments (in seconds), by linear prediction
 * (autocorrelation method, Markel and Gray 1976) and the roots of the predictor. Null when fewer than 20 frames show four.
 */
export function measureFormants(
  samples: Float32Array,
  rate: number,
  moments: readonly number[],
): number[] | null {
  const sound = emphasise(resample(samples, rate, ANALYSIS_RATE));
  const step = Math.max(1, Math.floor(moments.length / MOST_FRAMES));
  const found = moments
    .filter((_, at) => at % step === 0)
    .map((moment) => formantsAt(sound, Math.round(moment * ANALYSIS_RATE)))
    .filter((formants) => formants.length >= FORMANTS);
  if (found.length < 20) return null;
  return Array.from({ length: FORMANTS }, (_, n) => {
    const sorted = found.map((formants) => formants[n]!).sort((a, b) => a - b);
    return Math.round(sorted[sorted.length >> 1]!);
  });
}

function emphasise(samples: Float32Array): Float32Array {
  return samples.map((sample, at) => sample - PRE_EMPHASIS * (samples[at - 1] ?? 0));
}

function formantsAt(sound: Float32Array, centre: number): number[] {
  const start = centre - WINDOW / 2;
  if (start < 0 || start + WINDOW > sound.length) return [];
  const predictor = predict(autocorrelate(sound.subarray(start, start + WINDOW)));
  if (predictor === null) return [];
  return findRoots(predictor)
    .filter(({ im }) => im > 0)
    .map(({ re, im }) => ({
      hertz: (Math.atan2(im, re) * ANALYSIS_RATE) / (2 * Math.PI),
      width: (-Math.log(Math.hypot(re, im)) * ANALYSIS_RATE) / Math.PI,
    }))
    .filter(({ hertz, width }) => hertz > LOWEST_HZ && hertz < HIGHEST_HZ && width < WIDEST_HZ)
    .map(({ hertz }) => hertz)
    .sort((a, b) => a - b);
}

function autocorrelate(frame: Float32Array): Float64Array {
  const windowed = Float64Array.from(
    frame,
    (sample, at) => sample * (0.54 - 0.46 * Math.cos((2 * Math.PI * at) / (WINDOW - 1))),
  );
  return Float64Array.from({ length: ORDER + 1 }, (_, lag) => {
    let sum = 0;
    for (let at = lag; at < windowed.length; at++) sum += windowed[at]! * windowed[at - lag]!;
    return sum;
  });
}

/** Levinson and Durbin's recursion; coefficients of z^-1 … z^-ORDER, null for silence. */
function predict(correlation: Float64Array): Float64Array | null {
  const coefficients = new Float64Array(ORDER);
  let error = correlation[0]!;
  if (error <= 0) return null;
  for (let order = 0; order < ORDER; order++) {
    let sum = correlation[order + 1]!;
    for (let k = 0; k < order; k++) sum += coefficients[k]! * correlation[order - k]!;
    const reflection = -sum / error;
    const previous = coefficients.slice(0, order);
    previous.forEach((value, k) => (coefficients[k] = value + reflection * previous[order - 1 - k]!));
    coefficients[order] = reflection;
    error *= 1 - reflection * reflection;
    if (error <= 0) return null;
  }
  return coefficients;
}

interface Complex {
  re: number;
  im: number;
}

/** All roots of z^n + c1 z^(n-1) + … at once (Durand 1960, Kerner 1966). */
function findRoots(coefficients: Float64Array): Complex[] {
  const roots = Array.from(coefficients, (_, k): Complex => {
    const angle = (2 * Math.PI * k) / coefficients.length + 0.4;
    return { re: 0.9 * Math.cos(angle), im: 0.9 * Math.sin(angle) };
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const [k, root] of roots.entries()) {
      const value = coefficients.reduce<Complex>((sum, c) => add(multiply(sum, root), { re: c, im: 0 }), {
        re: 1,
        im: 0,
      });
      const spread = roots.reduce<Complex>(
        (product, other, j) => (j === k ? product : multiply(product, subtract(root, other))),
        { re: 1, im: 0 },
      );
      roots[k] = subtract(root, divide(value, spread));
    }
  }
  return roots;
}

function add(a: Complex, b: Complex): Complex {
  return { re: a.re + b.re, im: a.im + b.im };
}

function subtract(a: Complex, b: Complex): Complex {
  return { re: a.re - b.re, im: a.im - b.im };
}

function multiply(a: Complex, b: Complex): Complex {
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re };
}

function divide(a: Complex, b: Complex): Complex {
  const size = b.re * b.re + b.im * b.im || Number.MIN_VALUE;
  return { re: (a.re * b.re + a.im * b.im) / size, im: (a.im * b.re - a.re * b.im) / size };
}
