/** True peaks are looked for between the samples, four times as densely (ITU-R BS.1770-4, annex 2). */
const OVERSAMPLING = 4;
const REACH = 12;
/** How long before and after a peak the gain moves, in samples at 48 kHz: 5 ms, too slow to be heard as distortion. */
const LOOK = 240;

const PHASES = Array.from({ length: OVERSAMPLING }, (_, phase) => interpolator(phase / OVERSAMPLING));

/** A sound, and the largest magnitude at or right after each sample, as far as somebody has asked for it. */
export interface PeakedSound {
  samples: Float32Array;
  peaks: Float32Array;
  /** For each block, a magnitude that no true peak in it exceeds. */
  bounds: Float64Array;
  /** Blocks whose peaks are known. */
  known: Uint8Array;
}

/** Makes ready to find true peaks, each once, for any number of gains. */
export function preparePeaks(samples: Float32Array): PeakedSound {
  const blocks = Math.ceil(samples.length / BLOCK);
  const bounds = Float64Array.from({ length: blocks }, (_, block) => boundOf(samples, block));
  return { samples, peaks: new Float32Array(samples.length), bounds, known: new Uint8Array(blocks) };
}

/** Samples that are passed over together when none of them can peak higher than one before did. */
const BLOCK = 64;
/** Interpolation exceeds the samples it is made of by this factor at most. */
const OVERSHOOT = Math.max(...PHASES.map((filter) => filter.reduce((sum, weight) => sum + Math.abs(weight), 0)));

/** Highest true peak in dB relative to full scale; -Infinity for silence. */
export function measureTruePeak(samples: Float32Array): number {
  let highest = 0;
  for (let block = 0; block * BLOCK < samples.length; block++) {
    if (boundOf(samples, block) <= highest) continue;
    const to = Math.min(samples.length, (block + 1) * BLOCK);
    for (let at = block * BLOCK; at < to; at++) highest = Math.max(highest, peakAt(samples, at));
  }
  return highest > 0 ? 20 * Math.log10(highest) : Number.NEGATIVE_INFINITY;
}

/** What a true peak in a block can be at most. */
function boundOf(samples: Float32Array, block: number): number {
  return OVERSHOOT * largestIn(samples, block * BLOCK - REACH, (block + 1) * BLOCK + REACH);
}

function largestIn(samples: Float32Array, from: number, to: number): number {
  let largest = 0;
  for (let at = Math.max(0, from); at < Math.min(samples.length, to); at++) largest = Math.max(largest, Math.abs(samples[at]!));
  return largest;
}

/**
 * Multiplies by `gain` and turns loud moments down so that no true peak exceeds `ceilingDb`. The gain curve is the
 * running minimum of what each moment needs, averaged over the same width, so it never asks for less than needed.
 */
export function amplifyWithLimit(sound: PeakedSound, gain: number, ceilingDb: number): Float32Array {
  const needed = neededGains(sound, gain, 10 ** (ceilingDb / 20));
  const curve = runningMean(runningMinimum(needed, LOOK), LOOK);
  const { samples } = sound;
  const limited = new Float32Array(samples.length);
  for (let at = 0; at < samples.length; at++) limited[at] = samples[at]! * gain * curve[at]!;
  return limited;
}

/** By what each sample must be turned down. Most blocks are too quiet to need it, and are not searched for peaks. */
function neededGains(sound: PeakedSound, gain: number, ceiling: number): Float32Array {
  const { samples, peaks, bounds } = sound;
  const needed = new Float32Array(samples.length).fill(1);
  for (let block = 0; block < bounds.length; block++) {
    if (bounds[block]! * gain <= ceiling) continue;
    findPeaks(sound, block);
    const to = Math.min(samples.length, (block + 1) * BLOCK);
    for (let at = block * BLOCK; at < to; at++) if (peaks[at]! * gain > ceiling) needed[at] = ceiling / (peaks[at]! * gain);
  }
  return needed;
}

function findPeaks({ samples, peaks, known }: PeakedSound, block: number): void {
  if (known[block] === 1) return;
  known[block] = 1;
  const to = Math.min(samples.length, (block + 1) * BLOCK);
  for (let at = block * BLOCK; at < to; at++) peaks[at] = peakAt(samples, at);
}

/** The largest magnitude at a sample or between it and the next one. */
function peakAt(samples: Float32Array, at: number): number {
  let highest = Math.abs(samples[at]!);
  // Between two silent samples nothing can peak; speech clips are a third silence.
  if (highest <= 1e-4 && Math.abs(samples[at + 1] ?? 0) <= 1e-4) return highest;
  for (let phase = 1; phase < OVERSAMPLING; phase++)
    highest = Math.max(highest, Math.abs(valueBetween(samples, at, PHASES[phase]!)));
  return highest;
}

function valueBetween(samples: Float32Array, at: number, filter: Float64Array): number {
  const first = Math.max(0, at - REACH + 1);
  const last = Math.min(samples.length - 1, at + REACH);
  let sum = 0;
  for (let k = first; k <= last; k++) sum += samples[k]! * filter[k - at + REACH - 1]!;
  return sum;
}

function interpolator(fraction: number): Float64Array {
  return Float64Array.from({ length: 2 * REACH }, (_, k) => {
    const x = k - (REACH - 1) - fraction;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / (REACH + 1));
    return (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * window;
  });
}

/** Minimum over [at - reach, at + reach] by a queue of candidates in rising order. */
function runningMinimum(values: Float32Array, reach: number): Float32Array {
  const output = new Float32Array(values.length);
  const queue = new Int32Array(values.length + reach);
  let head = 0;
  let tail = 0;
  for (let at = 0; at < values.length + reach; at++) {
    if (at < values.length) {
      while (tail > head && values[queue[tail - 1]!]! >= values[at]!) tail--;
      queue[tail++] = at;
    }
    while (queue[head]! < at - 2 * reach) head++;
    if (at >= reach) output[at - reach] = values[queue[head]!]!;
  }
  return output;
}

/** Mean over [at - reach, at + reach], the edges repeated. */
function runningMean(values: Float32Array, reach: number): Float32Array {
  const output = new Float32Array(values.length);
  const at = (place: number) => values[Math.max(0, Math.min(values.length - 1, place))] ?? 1;
  let sum = 0;
  for (let k = -reach; k <= reach; k++) sum += at(k);
  for (let k = 0; k < values.length; k++) {
    output[k] = sum / (2 * reach + 1);
    sum += at(k + reach + 1) - at(k - reach);
  }
  return output;
}
