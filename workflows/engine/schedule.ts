import type { FrozenPlan, FrozenRow, StageFailure } from '../../contracts/plan';
import type { Gate, StageName } from '../../contracts/vocabulary';
import { isDecided, needsDecision, type GateState } from './gates';

/** One piece of work. Items are named as operators read them: `stitch`, `lip_sync/scene-3`. */
export interface Item {
  row: FrozenRow;
  scene: number | null;
  key: string;
}

/** Why an item is made again: a decision, or (null) because something that it shows was. */
export interface Wish {
  revision: number;
  remake: { decision_id: string; scenes: number[] | null } | null;
}

export interface ItemState extends Wish {
  status: 'waiting' | 'running' | 'done' | 'failed' | 'parked';
  generation: number;
  /** Wishes that came while an earlier one was not met yet. */
  again: Wish[];
}

/** Everything the engine knows about a run. Plain data; changed only by the functions of this folder. */
export interface RunState {
  scenes: number | null;
  items: Map<string, ItemState>;
  gates: Map<Gate, GateState>;
  failures: StageFailure[];
}

function itemKey(stage: StageName, scene: number | null): string {
  return scene === null ? stage : `${stage}/scene-${scene}`;
}

/** A row's items: one, or one per scene. Null while nobody knows how many scenes there are. */
export function itemsOf(row: FrozenRow, scenes: number | null): Item[] | null {
  if (!row.each) return [{ row, scene: null, key: row.stage }];
  if (scenes === null) return null;
  return Array.from({ length: scenes }, (_, index) => ({ row, scene: index + 1, key: itemKey(row.stage, index + 1) }));
}

function isKnown(item: Item): boolean {
  if (item.row.known === 'all') return true;
  return item.scene !== null && item.row.known.includes(item.scene);
}

const KNOWN: ItemState = { status: 'done', generation: 1, revision: 1, remake: null, again: [] };
const FRESH: ItemState = { status: 'waiting', generation: 1, revision: 1, remake: null, again: [] };

/** Where an item stands; an item that nobody touched yet is waiting, a known one is done. */
export function stateOf(state: RunState, item: Item): ItemState {
  return state.items.get(item.key) ?? (isKnown(item) ? KNOWN : FRESH);
}

export function setItem(state: RunState, item: Item, change: Partial<ItemState>): void {
  state.items.set(item.key, { ...stateOf(state, item), ...change });
}

/**
 * Asks for an item once more, one generation on. What runs or waits is not given up for it: each reviewer's wish is met,
 * one after the other. A join that has not started yet shows everything anyway.
 */
export function makeAgain(state: RunState, item: Item, wish: Wish): void {
  const { status, generation, again } = stateOf(state, item);
  if (status === 'done') return setItem(state, item, { ...wish, status: 'waiting', generation: generation + 1 });
  const isMet = wish.remake === null && (status !== 'running' || again.some(({ remake }) => remake === null));
  if (!isMet) setItem(state, item, { again: [...again, wish] });
}

/** The item's work is there; the next wish, if there is one, puts it back to waiting. */
export function completeItem(state: RunState, item: Item): void {
  const [next, ...again] = stateOf(state, item).again;
  setItem(state, item, { status: 'done', again });
  if (next) makeAgain(state, item, next);
}

export function itemOf(plan: FrozenPlan, stage: StageName, scene: number | null): Item {
  const row = plan.rows.find((candidate) => candidate.stage === stage);
  if (!row) throw new Error(`The plan has no stage ${stage}.`);
  return { row, scene, key: itemKey(stage, scene) };
}

/** True when `need` is done for whoever asks: its own scene for a row per scene, every scene for a join. */
function isReady(state: RunState, need: FrozenRow, scene: number | null): boolean {
  const items = itemsOf(need, state.scenes);
  if (items === null) return false;
  const relevant = need.each && scene !== null ? items.filter((item) => item.scene === scene) : items;
  if (!relevant.every((item) => stateOf(state, item).status === 'done')) return false;
  return need.gate === null || !needsDecision(state.gates.get(need.gate.name), scene, state.scenes);
}

function isStartable(plan: FrozenPlan, state: RunState, item: Item): boolean {
  if (stateOf(state, item).status !== 'waiting') return false;
  return item.row.needs.every((need) => {
    const row = plan.rows.find((candidate) => candidate.stage === need);
    return row === undefined || isReady(state, row, item.scene);
  });
}

function allItems(plan: FrozenPlan, state: RunState): Item[] {
  return plan.rows.flatMap((row) => itemsOf(row, state.scenes) ?? []);
}

/** What may start now, in table order, within the plan's concurrency. Nothing new starts after a failure. */
export function startable(plan: FrozenPlan, state: RunState): Item[] {
  if (state.failures.length > 0) return [];
  const items = allItems(plan, state);
  const running = items.filter((item) => stateOf(state, item).status === 'running').length;
  const room = Math.max(0, plan.concurrency - running);
  return items.filter((item) => isStartable(plan, state, item)).slice(0, room);
}

/** True when this item is the only one that is not done and nobody has to decide any more: its transaction may complete the job. */
export function isLast(plan: FrozenPlan, state: RunState, item: Item): boolean {
  if (plan.close_apart) return false;
  if (item.row.gate !== null || ![...state.gates.values()].every((gate) => isDecided(gate, state.scenes))) return false;
  return plan.rows.every(
    (row) => itemsOf(row, state.scenes)?.every((other) => other.key === item.key || stateOf(state, other).status === 'done') ?? false,
  );
}

/** Generations of an item's needs, as its activity has to load them. */
export function generationsOf(plan: FrozenPlan, state: RunState, item: Item): Partial<Record<StageName, number | number[]>> {
  const needs: Partial<Record<StageName, number | number[]>> = {};
  for (const need of item.row.needs) {
    const row = plan.rows.find((candidate) => candidate.stage === need);
    if (!row) continue;
    const generations = (itemsOf(row, state.scenes) ?? []).map((other) => stateOf(state, other).generation);
    const own = item.scene === null ? undefined : generations[item.scene - 1];
    needs[need] = row.each ? (own ?? generations) : (generations[0] ?? 1);
  }
  return needs;
}

/** Share of the plan's work that is done, 0..1, by weight. */
export function doneShare(plan: FrozenPlan, state: RunState, weightOf: (stage: StageName) => number): number {
  let total = 0;
  let done = 0;
  for (const row of plan.rows) {
    const weight = weightOf(row.stage);
    const items = itemsOf(row, state.scenes);
    total += weight;
    if (!items || items.length === 0) continue;
    done += (weight * items.filter((item) => stateOf(state, item).status === 'done').length) / items.length;
  }
  return total === 0 ? 1 : done / total;
}
