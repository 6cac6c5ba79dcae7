import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../contracts/project-root';

/** The part of a zod schema that is needed here. */
interface Reader<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

/**
 * A family's dated model ids and prices: the file that the operator names, or the one that comes with the project. It is small
 * and read anew each time, so that a new price list is a new file and no restart.
 * @throws Error naming the family and what to look at, never what stands in the file
 */
export function readTariff<T>(reader: Reader<T>, { family, file }: { family: string; file: string | null }): T {
  const parsed = reader.safeParse(readJson(file ?? path.join(projectRoot(), 'assets/tariffs', `${family}.json`)));
  if (parsed.success) return parsed.data;
  const source = file === null ? `assets/tariffs/${family}.json` : `the file that ${family.toUpperCase()}_TARIFF_FILE names`;
  throw new Error(`The tariff of ${family} cannot be used: ${source} is missing or not as assets/tariffs/README.md describes it.`);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Money for a quantity at a price a million, in micro-USD, rounded up: a budget is never undercut by rounding. */
export function priceOf(quantity: number, microUsdPerMillion: number): number {
  return Math.ceil((quantity * microUsdPerMillion) / 1_000_000);
}
