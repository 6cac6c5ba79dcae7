/** Seeded dice (mulberry32), so that a failing run can be played again. */
export interface Chance {
  /** Whole number from 0 to below `count`. */
  below(count: number): number;
  /** True in `percent` of the throws. */
  of(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
  some<T>(list: readonly T[], percent: number): T[];
}

export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  const pick = <T>(list: readonly T[]): T => {
    const found = list[below(list.length)];
    if (found === undefined) throw new Error('Nothing to pick from.');
    return found;
  };
  const of = (percent: number) => next() * 100 < percent;
  return { below, of, pick, some: (list, percent) => list.filter(() => of(percent)) };
}
