import type { TableName } from '../contracts/plan';
import type { StageName } from '../contracts/vocabulary';
import { AVATAR_CREATION } from './avatar-creation.stages';
import { AVATAR_OUTPUT } from './avatar-output.stages';
import { MARKETING_CUT } from './marketing-cut.stages';
import type { Row } from './stage';
import { VOICE_CLONING } from './voice-cloning.stages';

/** What the planner, the wrapper and the API read of a row, whatever its table. */
export type AnyRow = Pick<Row, 'stage' | 'label' | 'needs' | 'each' | 'class' | 'weight' | 'gate'>;

/** A row with its input function, its types erased: the table's builder has checked them against each other. */
export type AnyInputRow = AnyRow & { input(context: never): unknown };

const TABLES: Record<TableName, readonly AnyInputRow[]> = {
  avatar_creation: AVATAR_CREATION,
  avatar_output: AVATAR_OUTPUT,
  voice_cloning: VOICE_CLONING,
  marketing_cut: MARKETING_CUT,
};

/** Rows of a table in order. */
export function tableOf(name: TableName): readonly AnyInputRow[] {
  return TABLES[name];
}

/** The row of a stage, for its label, weight and gate. */
export function rowOf(name: TableName, stage: StageName): AnyInputRow {
  const row = tableOf(name).find((candidate) => candidate.stage === stage);
  if (!row) throw new Error(`Table ${name} has no stage ${stage}.`);
  return row;
}
