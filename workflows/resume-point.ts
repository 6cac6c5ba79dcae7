import type { FrozenPlan, FrozenRow } from '../contracts/plan';
import type { StageName } from '../contracts/vocabulary';
import type { Known } from './plan';
import { isWhole } from './plan-retry';

/** An item whose newest generation is finished. */
export interface FinishedItem {
  stage: StageName;
  scene: number | null;
}

/** Finished items in the words of a plan: 'all' for a stage without scenes, else its finished scenes in order. */
export function knownItems(rows: readonly FrozenRow[], finished: readonly FinishedItem[]): Known {
  const known: Known = {};
  for (const row of rows) {
    const items = finished.filter((item) => item.stage === row.stage);
    if (items.length === 0) continue;
    known[row.stage] = row.each ? items.flatMap(({ scene }) => (scene === null ? [] : [scene])).sort((a, b) => a - b) : 'all';
  }
  return known;
}

/** The first stage of which something is missing; the last one where nothing is. Null for a plan without rows. */
export function firstUnfinished(at: { plan: FrozenPlan; scenes: number | null; finished: readonly FinishedItem[] }): StageName | null {
  const known = knownItems(at.plan.rows, at.finished);
  const row = at.plan.rows.find((candidate) => !isWhole(candidate, known, at.scenes));
  return row?.stage ?? at.plan.rows.at(-1)?.stage ?? null;
}
