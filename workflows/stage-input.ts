import type { StageTask } from '../contracts/plan';
import type { Snapshot } from '../contracts/snapshot';
import type { StageName } from '../contracts/vocabulary';
import type { Remake } from './stage';
import type { AnyInputRow } from './tables';

/** A finished item's document as its step record keeps it. */
export interface StoredOutput {
  stage: StageName;
  scene: number | null;
  generation: number;
  output: unknown;
}

/** What one item's input is made of, out of stored documents. */
export interface InputMaterial {
  snapshot: Snapshot;
  scene: number | null;
  /** Generations of the outputs that the row may read; a need that is off the route is missing and reads as null. */
  needs: StageTask['needs'];
  outputs: readonly StoredOutput[];
  remake: Remake | null;
  previous: unknown;
}

/**
 * Lets a row select the slice that its item depends on. The same for whoever asks: the activity before it works, the
 * search for stale work, and the comparison of two jobs.
 * @throws Error when an output that the slice needs is not there
 */
export function inputOf(row: AnyInputRow, material: InputMaterial): unknown {
  const { snapshot, scene, remake, previous } = material;
  const context = { snapshot, docs: documentsOf(row, material), scene, remake, previous };
  // The wire boundary of the engine: documents come from Postgres as this code once wrote them.
  return row.input(context as never);
}

function documentsOf(row: AnyInputRow, { scene, needs, outputs }: InputMaterial): Partial<Record<StageName, unknown>> {
  const find = (stage: StageName, at: number | null, generation: number): unknown => {
    const found = outputs.find((step) => step.stage === stage && step.scene === at && step.generation === generation);
    if (!found) throw new Error(`The output of ${stage} is not there.`);
    return found.output;
  };
  const docs: Partial<Record<StageName, unknown>> = {};
  for (const need of row.needs) {
    const generations = needs[need];
    if (generations === undefined) docs[need] = null;
    else if (Array.isArray(generations)) docs[need] = generations.map((generation, index) => find(need, index + 1, generation));
    else docs[need] = find(need, outputs.some((step) => step.stage === need && step.scene !== null) ? scene : null, generations);
  }
  return docs;
}

/** The newest generations of what an item needs, as its task would name them if it were made now. */
export function newestNeeds(
  needs: readonly StageName[],
  scene: number | null,
  newest: readonly { stage: StageName; scene: number | null; generation: number }[],
): StageTask['needs'] {
  const generations: StageTask['needs'] = {};
  for (const need of needs) {
    const items = newest.filter((item) => item.stage === need).sort((a, b) => (a.scene ?? 0) - (b.scene ?? 0));
    const own = items.find((item) => item.scene === scene);
    const perScene = items.some((item) => item.scene !== null);
    generations[need] = perScene && scene === null ? items.map((item) => item.generation) : ((own ?? items[0])?.generation ?? 1);
  }
  return generations;
}
