import type { FrozenPlan, FrozenRow } from '../contracts/plan';
import { viewOf } from './engine/gates';
import { itemsOf, stateOf, type RunState } from './engine/schedule';
import { rowOf } from './tables';

const MARKS = { waiting: '·', running: '▶', done: '✓', failed: '✗', parked: '⏸' } as const;

/** The run as a list in markdown for the Web UI's current details (its tables have no padding, a list reads better). */
export function detailsOf(plan: FrozenPlan, state: RunState): string {
  const lines = plan.rows.map((row) => `- ${lineOf(plan, state, row)}`);
  const skipped = plan.skipped.map((stage) => `- – **${stage}** off this route`);
  const gates = [...state.gates.values()]
    .map((gate) => viewOf(gate, state.scenes))
    .filter((view) => view.open)
    .map((view) => `**Waiting for a decision:** gate \`${view.gate}\`, revision ${view.revision}${view.scenes.length ? `, scenes ${view.scenes.join(', ')}` : ''}`);
  const failures = state.failures.map((failure) => `**Failed:** \`${failure.stage}\`${failure.scene ? ` scene ${failure.scene}` : ''}: ${failure.code}`);
  return [...gates, ...failures, ...lines, ...skipped].join('\n');
}

function lineOf(plan: FrozenPlan, state: RunState, row: FrozenRow): string {
  const { label } = rowOf(plan.table, row.stage);
  const items = itemsOf(row, state.scenes);
  if (!items) return `${MARKS.waiting} **${row.stage}** ${label}`;
  if (!row.each) return `${MARKS[stateOf(state, items[0]!).status]} **${row.stage}** ${label}${row.known === 'all' ? ' (reused)' : ''}`;
  const scenes = items.map((item) => `${item.scene}${MARKS[stateOf(state, item).status]}`).join(' ');
  return `**${row.stage}** ${label}: ${scenes}`;
}

/** One entry per item, for the query `progress`. */
export function progressOf(plan: FrozenPlan, state: RunState): { item: string; status: string; generation: number }[] {
  return plan.rows.flatMap((row) =>
    (itemsOf(row, state.scenes) ?? []).map((item) => {
      const { status, generation } = stateOf(state, item);
      return { item: item.key, status, generation };
    }),
  );
}
