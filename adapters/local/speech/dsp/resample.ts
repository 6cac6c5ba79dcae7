/** Zero crossings of the sinc on each side; 16 keep the images of a doubled rate below about -80 dB. */
const CROSSINGS = 16;
/** Part of the lower Nyquist band that passes untouched. */
const PASS_BAND = 0.94;

/**
 * Changes the sample rate by a windowed sinc (Hann) with one filter per phase. Rates are whole numbers in Hz, with a
 * ratio that reduces to at most a few hundred phases. Time does not move: sample 0 stays sample 0.
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const divisor = greatestCommonDivisor(from, to);
  const up = to / divisor;
  const down = from / divisor;
  const filters = Array.from({ length: up }, (_, phase) => phaseFilter(phase / up, Math.min(1, to / from)));
  const reach = (filters[0]!.length - 1) >> 1;
  const output = new Float32Array(Math.floor((samples.length * to) / from));
  for (let at = 0; at < output.length; at++) {
    const position = at * down;
    const centre = Math.floor(position / up);
    const filter = filters[position % up]!;
    const first = Math.max(0, centre - reach);
    const last = Math.min(samples.length - 1, centre + reach);
    let sum = 0;
    for (let k = first; k <= last; k++) sum += samples[k]! * filter[k - centre + reach]!;
    output[at] = sum;
  }
  return output;
}

/** Filter for an output sample that lies `fraction` of an input sample behind its centre. */
function phaseFilter(fraction: number, ratio: number): Float64Array {
  const reach = Math.ceil(CROSSINGS / ratio);
  const cut = ratio * PASS_BAND;
  const filter = new Float64Array(2 * reach + 1);
  let sum = 0;
  for (let k = 0; k < filter.length; k++) {
    const x = k - reach - fraction;
    const window = Math.abs(x) > reach ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * x) / reach);
    filter[k] = (x === 0 ? 1 : Math.sin(Math.PI * cut * x) / (Math.PI * cut * x)) * window;
    sum += filter[k]!;
  }
  // Every phase lets a constant pass unchanged, so that none is louder than another.
  return filter.map((value) => value / sum);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
