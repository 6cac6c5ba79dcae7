import type { StageTask } from '../contracts/plan';
import { loadDecisionWords } from '../db/gates';
import type { JobFacts } from '../db/job-state';
import { loadOutputs } from '../db/steps';
import type { Remake } from '../workflows/stage';
import { inputOf } from '../workflows/stage-input';
import type { AnyInputRow } from '../workflows/tables';
import type { Deps } from './deps';

interface Resolving {
  deps: Deps;
  job: JobFacts;
  row: AnyInputRow;
  task: StageTask;
}

/** Loads the documents that a row may read and lets the row select its slice. */
export async function resolveInput({ deps, job, row, task }: Resolving): Promise<unknown> {
  const present = row.needs.filter((need) => task.needs[need] !== undefined);
  const outputs = await deps.facts.outputsOf(task, present);
  const remake = task.remake ? await loadRemake(deps, task.job_id, task.remake) : null;
  const previous = remake ? await loadPrevious(deps, task) : null;
  return inputOf(row, { snapshot: job.snapshot, scene: task.scene, needs: task.needs, outputs, remake, previous });
}

async function loadRemake(deps: Deps, jobId: string, { decision_id, scenes }: NonNullable<StageTask['remake']>): Promise<Remake> {
  const words = await loadDecisionWords(deps.pool, jobId, decision_id);
  return { scenes, note: words?.note ?? null, edits: words?.edits ?? null };
}

async function loadPrevious(deps: Deps, task: StageTask): Promise<unknown> {
  const outputs = await loadOutputs(deps.pool, task.job_id, [task.stage]);
  const before = outputs.filter((step) => step.scene === task.scene && step.generation < task.generation);
  return before.at(-1)?.output ?? null;
}
