import type { FrozenPlan, FrozenRow } from '../contracts/plan';
import { viewOf } from './engine/gates';
import { itemsOf, stateOf, type RunState } from './engine/schedule';
import { rowOf } from './tables';

const MARKS = { waiting: '·', running: '▶', done: '✓', failed: '✗', parked: '⏸' } as const;

/** Writes a run as a list in markdown for the Web UI's current details (its tables have no padding, a list reads better). */
export function writerOfDetails(plan: FrozenPlan): (state: RunState) => string {
  const titles = plan.rows.map((row) => `**${row.stage}** ${rowOf(plan.table, row.stage).label}`);
  const skipped = plan.skipped.map((stage) => `- – **${stage}** off this route`);
  return (state) => {
    const lines = plan.rows.map((row, index) => `- ${lineOf(state, row, titles[index]!)}`);
    return [...gateLines(state), ...failureLines(state), ...lines, ...skipped].join('\n');
  };
}

function gateLines(state: RunState): string[] {
  const open = [...state.gates.values()].map((gate) => viewOf(gate, state.scenes)).filter((view) => view.open);
  return open.map((view) => `**Waiting for a decision:** gate \`${view.gate}\`, revision ${view.revision}${view.scenes.length ? `, scenes ${view.scenes.join(', ')}` : ''}`);
}

function failureLines(state: RunState): string[] {
  return state.failures.map((failure) => `**Failed:** \`${failure.stage}\`${failure.scene ? ` scene ${failure.scene}` : ''}: ${failure.code}`);
}

function lineOf(state: RunState, row: FrozenRow, title: string): string {
  const items = itemsOf(row, state.scenes);
  if (!items) return `${MARKS.waiting} ${title}`;
  if (!row.each) return `${MARKS[stateOf(state, items[0]!).status]} ${title}${row.known === 'all' ? ' (reused)' : ''}`;
  const scenes = items.map((item) => `${item.scene}${MARKS[stateOf(state, item).status]}`).join(' ');
  return `${title}: ${scenes}`;
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
