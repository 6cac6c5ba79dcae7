import { between, type Random } from '../random';
import { smoothStep } from './geometry';

/** A value that a channel has reached at a time. */
export interface Key {
  at_ms: number;
  value: number;
}

/**
 * The value at a time: cubic easing from key to key, held before the first and after the last. `haste` below 1 lets the
 * value arrive early, in that share of the way.
 */
export function sampleKeys(
  keys: readonly Key[],
  time_ms: number,
  haste: (from: Key, to: Key) => number = () => 1,
): number {
  const next = upperBound(keys, time_ms);
  const [from, to] = [keys[next - 1], keys[next]];
  if (!from || !to) return (from ?? to)?.value ?? 0;
  const end = from.at_ms + (to.at_ms - from.at_ms) * haste(from, to);
  return (
    from.value + (to.value - from.value) * smoothStep(from.at_ms, Math.max(end, from.at_ms + 1), time_ms)
  );
}

/** Index of the first key after a time. */
function upperBound(keys: readonly Key[], time_ms: number): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle]?.at_ms ?? Infinity) <= time_ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A movement there and back: 0 outside, 1 at `start_ms + rise_ms`. */
export function pulse(
  time_ms: number,
  shape: { start_ms: number; rise_ms: number; fall_ms: number },
): number {
  const since = time_ms - shape.start_ms;
  if (since <= 0 || since >= shape.rise_ms + shape.fall_ms) return 0;
  if (since < shape.rise_ms) return smoothStep(0, shape.rise_ms, since);
  return 1 - smoothStep(0, shape.fall_ms, since - shape.rise_ms);
}

/** Keys at uneven distances with values in -1..1: the small wandering of something held still by muscles. */
export function wanderKeys(
  random: Random,
  duration_ms: number,
  gap: { least_ms: number; most_ms: number },
): Key[] {
  const keys: Key[] = [{ at_ms: 0, value: between(random, -0.5, 0.5) }];
  for (let at = 0; at < duration_ms;) {
    at += between(random, gap.least_ms, gap.most_ms);
    keys.push({ at_ms: at, value: between(random, -1, 1) });
  }
  return keys;
}
