import type { TableName } from '../contracts/plan';
import type { StageName } from '../contracts/vocabulary';
import { AVATAR_CREATION } from './avatar-creation.stages';
import { AVATAR_OUTPUT } from './avatar-output.stages';
import type { Row } from './stage';

/** What the planner, the wrapper and the API read of a row, whatever its table. */
export type AnyRow = Pick<Row, 'stage' | 'label' | 'needs' | 'each' | 'class' | 'weight' | 'gate'>;

const TABLES: Partial<Record<TableName, readonly AnyRow[]>> = {
  avatar_creation: AVATAR_CREATION,
  avatar_output: AVATAR_OUTPUT,
};

/** Rows of a table in order. */
export function tableOf(name: TableName): readonly AnyRow[] {
  const table = TABLES[name];
  if (!table) throw new Error(`There is no stage table ${name}.`);
  return table;
}

/** The row of a stage, for its label, weight and gate. */
export function rowOf(name: TableName, stage: StageName): AnyRow {
  const row = tableOf(name).find((candidate) => candidate.stage === stage);
  if (!row) throw new Error(`Table ${name} has no stage ${stage}.`);
  return row;
}
