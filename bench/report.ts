export interface Limit {
  least?: number;
  most?: number;
}

/** Prints figures as they come and remembers whether one lay outside its limit. */
export interface Report {
  note(what: string, value: string): void;
  check(what: string, value: number, limit: Limit): void;
  /** 0 when every figure lay inside its limit. */
  exitCode(): number;
}

export function createReport(print: (line: string) => void): Report {
  let outside = 0;
  return {
    note: (what, value) => print(`     ${what}: ${value}`),
    check: (what, value, limit) => {
      const inside = (limit.least === undefined || value >= limit.least) && (limit.most === undefined || value <= limit.most);
      if (!inside) outside += 1;
      const bound = limit.least === undefined ? `at most ${limit.most}` : `at least ${limit.least}`;
      print(`${inside ? 'ok  ' : 'MISS'} ${what}: ${value.toFixed(2)} (${bound})`);
    },
    exitCode: () => (outside === 0 ? 0 : 1),
  };
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** What the one is of the other, measured in pairs one after the other: a machine that drifts from pair to pair cannot tip it. */
export function medianRatio(values: number[], limits: number[]): number {
  return median(values.map((value, index) => ratio(value, limits[index] ?? Number.NaN)));
}

export function ratio(value: number, limit: number): number {
  return value / limit;
}
