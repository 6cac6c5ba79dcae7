import { transform } from './fft';

export const FEATURE_RATE = 16_000;
export const HOP_MS = 10;
const HOP = (FEATURE_RATE * HOP_MS) / 1000;
const WINDOW = 400;
const FFT_SIZE = 512;
const BANDS = 26;
const COEFFICIENTS = 13;
const DELTA_REACH = 2;
const DELTA_WEIGHT = 0.7;

/** Frames of features in one array: frame f is values[f * width … (f + 1) * width). */
export interface Features {
  frames: number;
  width: number;
  values: Float32Array;
}

/**
 * 13 mel-frequency cepstral coefficients (Davis and Mermelstein 1980) with deltas, 25 ms windows every 10 ms, mean and
 * variance normalised over the whole sound. Input at 16 kHz. Frame f is centred at f * 10 + 12.5 ms.
 */
export function computeFeatures(samples: Float32Array): Features {
  const frames = Math.max(1, Math.floor((samples.length - WINDOW) / HOP) + 1);
  const cepstra = new Float64Array(frames * COEFFICIENTS);
  const analyse = createAnalyser();
  for (let frame = 0; frame < frames; frame++)
    analyse(samples, frame * HOP, cepstra.subarray(frame * COEFFICIENTS));
  normaliseColumns(cepstra, frames);
  return withDeltas(cepstra, frames);
}

type Analyse = (samples: Float32Array, start: number, output: Float64Array) => void;

function createAnalyser(): Analyse {
  const window = Float64Array.from(
    { length: WINDOW },
    (_, k) => 0.54 - 0.46 * Math.cos((2 * Math.PI * k) / (WINDOW - 1)),
  );
  const filters = melFilters();
  const cosines = Float64Array.from({ length: COEFFICIENTS * BANDS }, (_, k) => {
    const [order, band] = [Math.floor(k / BANDS), k % BANDS];
    return Math.cos((Math.PI * order * (band + 0.5)) / BANDS) * Math.sqrt(2 / BANDS);
  });
  const real = new Float64Array(FFT_SIZE);
  const imaginary = new Float64Array(FFT_SIZE);
  const bands = new Float64Array(BANDS);
  return (samples, start, output) => {
    real.fill(0);
    imaginary.fill(0);
    for (let k = 0; k < WINDOW; k++) {
      const emphasised = (samples[start + k] ?? 0) - 0.97 * (samples[start + k - 1] ?? 0);
      real[k] = emphasised * window[k]!;
    }
    transform(real, imaginary);
    filters.forEach(({ first, weights }, band) => {
      let energy = 1e-10;
      for (let k = 0; k < weights.length; k++) {
        energy += weights[k]! * (real[first + k]! ** 2 + imaginary[first + k]! ** 2);
      }
      bands[band] = Math.log(energy);
    });
    for (let order = 0; order < COEFFICIENTS; order++) {
      let sum = 0;
      for (let band = 0; band < BANDS; band++) sum += bands[band]! * cosines[order * BANDS + band]!;
      output[order] = sum;
    }
  };
}

/** Triangular filters, equally wide on the mel scale between 80 and 7600 Hz. */
function melFilters(): { first: number; weights: Float64Array }[] {
  const toMel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const toHertz = (mel: number) => 700 * (10 ** (mel / 2595) - 1);
  const [low, high] = [toMel(80), toMel(7600)];
  const edges = Array.from(
    { length: BANDS + 2 },
    (_, k) => (toHertz(low + ((high - low) * k) / (BANDS + 1)) * FFT_SIZE) / FEATURE_RATE,
  );
  return Array.from({ length: BANDS }, (_, band) => {
    const [left, centre, right] = [edges[band]!, edges[band + 1]!, edges[band + 2]!];
    const first = Math.ceil(left);
    const weights = Float64Array.from({ length: Math.max(1, Math.floor(right) - first + 1) }, (_, k) => {
      const bin = first + k;
      return Math.max(0, bin <= centre ? (bin - left) / (centre - left) : (right - bin) / (right - centre));
    });
    return { first, weights };
  });
}

function normaliseColumns(cepstra: Float64Array, frames: number): void {
  for (let column = 0; column < COEFFICIENTS; column++) {
    let sum = 0;
    let squares = 0;
    for (let frame = 0; frame < frames; frame++) {
      const value = cepstra[frame * COEFFICIENTS + column]!;
      sum += value;
      squares += value * value;
    }
    const mean = sum / frames;
    const deviation = Math.sqrt(Math.max(0, squares / frames - mean * mean)) + 1e-6;
    for (let frame = 0; frame < frames; frame++) {
      const at = frame * COEFFICIENTS + column;
      cepstra[at] = (cepstra[at]! - mean) / deviation;
    }
  }
}

function withDeltas(cepstra: Float64Array, frames: number): Features {
  const width = COEFFICIENTS * 2;
  const values = new Float32Array(frames * width);
  for (let frame = 0; frame < frames; frame++) {
    const before = Math.max(0, frame - DELTA_REACH) * COEFFICIENTS;
    const after = Math.min(frames - 1, frame + DELTA_REACH) * COEFFICIENTS;
    for (let column = 0; column < COEFFICIENTS; column++) {
      values[frame * width + column] = cepstra[frame * COEFFICIENTS + column]!;
      values[frame * width + COEFFICIENTS + column] =
        DELTA_WEIGHT * (cepstra[after + column]! - cepstra[before + column]!);
    }
  }
  return { frames, width, values };
}
