import { PITCH_HOP_MS, trackPitch } from './pitch';

export interface VoiceShift {
  /** Multiplies the fundamental frequency; formants stay. */
  pitch: number;
  /** Multiplies the length. */
  stretch: number;
}

/** Grain spacing where the sound has no pitch. */
const UNVOICED_PERIOD_SECONDS = 0.008;
const SEARCH_SHARE = 0.35;

/**
 * Moves pitch and length of a voice by pitch-synchronous overlap and add in the time domain (TD-PSOLA, Moulines and
 * Charpentier 1990). Two-period Hann grains around each glottal pulse are laid out anew; without pitch only length moves.
 */
export function shiftVoice(
  samples: Float32Array,
  rate: number,
  { pitch, stretch }: VoiceShift,
): Float32Array {
  if (pitch === 1 && stretch === 1) return samples;
  const marks = placeMarks(samples, rate);
  const output = new Float32Array(Math.round(samples.length * stretch));
  const weight = new Float32Array(output.length);
  let source = 0;
  for (let at = marks[0]?.at ?? output.length; at < output.length;) {
    while (
      source + 1 < marks.length &&
      Math.abs(marks[source + 1]!.at * stretch - at) <= Math.abs(marks[source]!.at * stretch - at)
    )
      source++;
    const mark = marks[source]!;
    addGrain({ samples, output, weight }, mark, Math.round(at));
    at += mark.voiced ? mark.period / pitch : mark.period;
  }
  // Grains overlap unevenly once the pitch moves; dividing by their windows keeps the level.
  return output.map((value, at) => (weight[at]! > 0.1 ? value / weight[at]! : value));
}

interface Mark {
  at: number;
  /** Samples to the next pulse. */
  period: number;
  voiced: boolean;
}

interface Canvas {
  samples: Float32Array;
  output: Float32Array;
  weight: Float32Array;
}

function addGrain({ samples, output, weight }: Canvas, mark: Mark, at: number): void {
  const reach = Math.round(mark.period);
  for (let k = -reach; k <= reach; k++) {
    const from = mark.at + k;
    const to = at + k;
    if (from < 0 || from >= samples.length || to < 0 || to >= output.length) continue;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * k) / (reach + 1));
    output[to]! += samples[from]! * window;
    weight[to]! += window;
  }
}

/** One mark a period on the highest peak nearby, so that grains are cut at the same phase of each pulse. */
function placeMarks(samples: Float32Array, rate: number): Mark[] {
  const track = trackPitch(samples, rate);
  const unvoiced = Math.round(rate * UNVOICED_PERIOD_SECONDS);
  const marks: Mark[] = [];
  for (let at = 0; at < samples.length;) {
    const frame = track[Math.floor((at / rate) * (1000 / PITCH_HOP_MS))];
    const voiced = frame !== undefined && frame.f0_hz > 0;
    const period = voiced ? rate / frame.f0_hz : unvoiced;
    const place = voiced ? highestNear(samples, at, period * SEARCH_SHARE) : at;
    const last = marks.at(-1);
    const here = last === undefined ? place : Math.max(last.at + Math.ceil(period / 2), place);
    marks.push({ at: here, period, voiced });
    at = here + Math.round(period);
  }
  return marks;
}

function highestNear(samples: Float32Array, centre: number, reach: number): number {
  let best = Math.round(centre);
  for (
    let at = Math.max(0, Math.round(centre - reach));
    at <= Math.min(samples.length - 1, centre + reach);
    at++
  ) {
    if (samples[at]! > (samples[best] ?? -1)) best = at;
  }
  return best;
}
