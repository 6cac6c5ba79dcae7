/** A source of numbers in 0..1 (1 excluded) that repeats for the same seed. */
export type Random = () => number;

/**
 * Seeded generator (Mulberry32, public domain, Tommy Ettinger 2017): small, fast, and good enough for gestures.
 * `purpose` keeps two uses of one seed apart, so that adding one does not change the other.
 */
export function seededRandom(seed: number, purpose: string): Random {
  let state = seed >>> 0;
  for (const letter of purpose) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
