import type { StageTask, TableName } from '../contracts/plan';
import type { StageName } from '../contracts/vocabulary';
import { loadDecisionWords } from '../db/gates';
import type { JobFacts } from '../db/job-state';
import { loadOutputs } from '../db/steps';
import { AVATAR_CREATION } from '../workflows/avatar-creation.stages';
import { AVATAR_OUTPUT } from '../workflows/avatar-output.stages';
import type { Remake } from '../workflows/stage';
import type { AnyRow } from '../workflows/tables';
import type { Deps } from './deps';

/** A row with its input function, its types erased: the table's builder has checked them against each other. */
export type AnyInputRow = AnyRow & { input(context: never): unknown };

/** Rows with their input functions, by table. */
export function inputRowsOf(table: TableName): readonly AnyInputRow[] {
  if (table === 'avatar_creation') return AVATAR_CREATION;
  if (table === 'avatar_output') return AVATAR_OUTPUT;
  return [];
}

interface Resolving {
  deps: Deps;
  job: JobFacts;
  row: AnyInputRow;
  task: StageTask;
}

/** Loads the documents that a row may read and lets the row select its slice. */
export async function resolveInput({ deps, job, row, task }: Resolving): Promise<unknown> {
  const docs = await loadDocuments({ deps, job, row, task });
  const remake = await loadRemake({ deps, job, row, task });
  const previous = remake ? await loadPrevious({ deps, job, row, task }) : null;
  const context = { snapshot: job.snapshot, docs, scene: task.scene, remake, previous };
  // The wire boundary of the engine: documents come from Postgres as this code once wrote them.
  return row.input(context as never);
}

async function loadDocuments({ deps, row, task }: Resolving): Promise<Partial<Record<StageName, unknown>>> {
  const present = row.needs.filter((need) => task.needs[need] !== undefined);
  const outputs = await loadOutputs(deps.pool, task.job_id, present);
  const find = (stage: StageName, scene: number | null, generation: number): unknown => {
    const found = outputs.find((step) => step.stage === stage && step.scene === scene && step.generation === generation);
    if (!found) throw new Error(`The output of ${stage} is not there.`);
    return found.output;
  };
  const docs: Partial<Record<StageName, unknown>> = {};
  for (const need of row.needs) {
    const generations = task.needs[need];
    if (generations === undefined) docs[need] = null;
    else if (Array.isArray(generations)) docs[need] = generations.map((generation, index) => find(need, index + 1, generation));
    else docs[need] = find(need, outputs.some((step) => step.stage === need && step.scene !== null) ? task.scene : null, generations);
  }
  return docs;
}

async function loadRemake({ deps, task }: Resolving): Promise<Remake | null> {
  if (!task.remake) return null;
  const words = await loadDecisionWords(deps.pool, task.job_id, task.remake.decision_id);
  return { scenes: task.remake.scenes, note: words?.note ?? null, edits: words?.edits ?? null };
}

async function loadPrevious({ deps, task }: Resolving): Promise<unknown> {
  const outputs = await loadOutputs(deps.pool, task.job_id, [task.stage]);
  const before = outputs.filter((step) => step.scene === task.scene && step.generation < task.generation);
  return before.at(-1)?.output ?? null;
}
