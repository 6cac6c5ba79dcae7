import type { TableName } from '../contracts/plan';
import type { StageName } from '../contracts/vocabulary';
import { AVATAR_CREATION } from '../workflows/avatar-creation.stages';
import { AVATAR_OUTPUT } from '../workflows/avatar-output.stages';
import type { AnyRow } from '../workflows/tables';
import type { Compared } from './diff';

type InputRow = AnyRow & { input(context: never): unknown };

function rowsOf(table: TableName): readonly InputRow[] {
  if (table === 'avatar_creation') return AVATAR_CREATION;
  return table === 'avatar_output' ? AVATAR_OUTPUT : [];
}

/** The input of an item, selected again from the records; null where something it was made of has no record. */
export function inputOf(job: Compared, at: { stage: StageName; scene: number | null }): unknown {
  const rows = rowsOf(job.snapshot.plan.table);
  const row = rows.find((candidate) => candidate.stage === at.stage);
  if (!row) return null;
  const docs = Object.fromEntries(row.needs.map((need) => [need, documentOf(job, need, row.each ? at.scene : null)]));
  try {
    // The wire boundary: documents come from Postgres as the stages once wrote them.
    return row.input({ snapshot: job.snapshot.snapshot, docs, scene: at.scene, remake: null, previous: null } as never);
  } catch {
    return null;
  }
}

function documentOf(job: Compared, stage: StageName, scene: number | null): unknown {
  const steps = job.steps.filter((step) => step.stage === stage).sort((a, b) => (a.scene ?? 0) - (b.scene ?? 0));
  const first = steps[0];
  if (!first) return null;
  if (first.scene === null) return first.output;
  return scene === null ? steps.map((step) => step.output) : (steps.find((step) => step.scene === scene)?.output ?? null);
}
