/** Filters of ITU-R BS.1770-4, annex 1, given there for 48 kHz: [b0, b1, b2, a1, a2]. */
const HEAD_SHELF = [
  1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585,
] as const;
const HIGH_PASS = [1, -2, 1, -1.99004745483398, 0.99007225036621] as const;

export const LOUDNESS_RATE = 48_000;
const STEP = LOUDNESS_RATE / 10;
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;

/**
 * Integrated loudness of mono sound at 48 kHz in LUFS (ITU-R BS.1770-4: K weighting, blocks of 400 ms every 100 ms, both
 * gates). -Infinity for silence and for less than 400 ms.
 */
export function measureLoudness(samples: Float32Array): number {
  const powers = blockPowers(samples);
  const audible = powers.filter((power) => toLufs(power) > ABSOLUTE_GATE);
  const threshold = toLufs(mean(audible)) + RELATIVE_GATE;
  return toLufs(mean(audible.filter((power) => toLufs(power) > threshold)));
}

/** Mean squares of the weighted signal in overlapping blocks. */
function blockPowers(samples: Float32Array): number[] {
  const steps = stepEnergies(samples);
  const powers: number[] = [];
  for (let at = 3; at < steps.length; at++) {
    powers.push((steps[at]! + steps[at - 1]! + steps[at - 2]! + steps[at - 3]!) / (4 * STEP));
  }
  return powers;
}

/** Energy of each 100 ms of the weighted signal. Both filters stand in the loop: as functions they take three times as long. */
function stepEnergies(samples: Float32Array): Float64Array {
  const energies = new Float64Array(Math.floor(samples.length / STEP));
  const [s0, s1, s2, sa1, sa2] = HEAD_SHELF;
  const [h0, h1, h2, ha1, ha2] = HIGH_PASS;
  let [shelf1, shelf2, high1, high2] = [0, 0, 0, 0];
  for (let step = 0; step < energies.length; step++) {
    let energy = 0;
    for (let at = step * STEP; at < (step + 1) * STEP; at++) {
      const input = samples[at]!;
      const shelved = s0 * input + shelf1;
      shelf1 = s1 * input - sa1 * shelved + shelf2;
      shelf2 = s2 * input - sa2 * shelved;
      const value = h0 * shelved + high1;
      high1 = h1 * shelved - ha1 * value + high2;
      high2 = h2 * shelved - ha2 * value;
      energy += value * value;
    }
    energies[step] = energy;
  }
  return energies;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function toLufs(power: number): number {
  return power > 0 ? -0.691 + 10 * Math.log10(power) : Number.NEGATIVE_INFINITY;
}
