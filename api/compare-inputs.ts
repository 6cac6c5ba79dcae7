import { digestOf } from '../contracts/digest';
import type { DecisionRow } from '../db/decisions';
import type { SnapshotRow } from '../db/jobs';
import type { FinishedWork } from '../db/steps-read';
import type { Remake } from '../workflows/stage';
import { inputOf, newestNeeds, type InputMaterial } from '../workflows/stage-input';
import { tableOf, type AnyInputRow } from '../workflows/tables';

/** One side of a comparison: a job's frozen payload and everything that it finished. */
export interface Compared {
  job_id: string;
  snapshot: SnapshotRow;
  /** The newest generation of each item. */
  newest: FinishedWork[];
  /** All generations. */
  finished: FinishedWork[];
  decisions: DecisionRow[];
}

/**
 * The input that an item was made from, selected again from the records: records keep the digest of an input only. Work
 * that a reviewer asked for again was made from their words too: those that give the digest of the record are the right ones.
 * Null where something it was made of has no record any more.
 */
export function inputOfStep(job: Compared, step: FinishedWork): unknown {
  const row = tableOf(job.snapshot.plan.table).find((candidate) => candidate.stage === step.stage);
  const frozen = job.snapshot.plan.rows.find((candidate) => candidate.stage === step.stage);
  if (!row || !frozen) return null;
  const previous = job.finished.findLast((one) => isSameItem(one, step) && one.generation < step.generation)?.output ?? null;
  const { scene } = step;
  const needs = newestNeeds(frozen.needs, scene, job.newest);
  const material = { snapshot: job.snapshot.snapshot, scene, needs, outputs: job.finished };
  const plain = select(row, { ...material, remake: null, previous: null });
  if (step.generation === 1 || digestOf(plain) === step.input_digest) return plain;
  const wished = job.decisions.map((decision) => select(row, { ...material, remake: wordsOf(decision), previous }));
  return wished.find((input) => digestOf(input) === step.input_digest) ?? plain;
}

export function isSameItem(a: Pick<FinishedWork, 'stage' | 'scene'>, b: Pick<FinishedWork, 'stage' | 'scene'>): boolean {
  return a.stage === b.stage && a.scene === b.scene;
}

function wordsOf({ scenes, note, edits }: DecisionRow): Remake {
  return { scenes, note, edits };
}

function select(row: AnyInputRow, material: InputMaterial): unknown {
  try {
    return inputOf(row, material);
  } catch {
    return null;
  }
}
