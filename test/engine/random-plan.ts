import type { FrozenGate, FrozenPlan, FrozenRow } from '../../contracts/plan';
import { CREATION_STAGES, GATES, OUTPUT_STAGES, type Gate, type StageName } from '../../contracts/vocabulary';
import type { Chance } from './chance';

const NAMES: readonly StageName[] = [...OUTPUT_STAGES, ...CREATION_STAGES];

export interface RandomPlan {
  plan: FrozenPlan;
  /** Scenes of the film, also where the plan does not know them yet. */
  scenes: number;
  /** The stage that finds out how many scenes there are; null where the plan says it. */
  counts: StageName | null;
}

/** Any graph that a stage table could describe: needs, rows per scene, gates, known outputs. */
export function randomPlan(chance: Chance): RandomPlan {
  const scenes = 1 + chance.below(4);
  const rows = randomRows(chance);
  const counts = chance.of(50) ? (rows.find((row) => canCount(rows, row))?.stage ?? null) : null;
  addKnown(rows, { chance, scenes, counts });
  addGates(rows, { chance, scenes, counts });
  const plan: FrozenPlan = {
    version: 1,
    table: 'avatar_output',
    rows,
    skipped: [],
    scenes: counts === null ? scenes : null,
    take: '',
    concurrency: 1 + chance.below(5),
  };
  return { plan, scenes, counts };
}

function randomRows(chance: Chance): FrozenRow[] {
  const stages = NAMES.slice(0, 1 + chance.below(9));
  return stages.map((stage, index) => ({
    stage,
    needs: chance.some(stages.slice(0, index), index < 3 ? 60 : 35),
    each: chance.of(50),
    queue: null,
    gate: null,
    known: [],
  }));
}

/** Whoever counts the scenes comes before all work on scenes. */
function canCount(rows: FrozenRow[], row: FrozenRow): boolean {
  return !row.each && !rows.some((other) => other.each && needs(rows, row, other.stage));
}

interface Setting {
  chance: Chance;
  scenes: number;
  counts: StageName | null;
}

function addKnown(rows: FrozenRow[], { chance, scenes, counts }: Setting): void {
  if (chance.of(50)) return;
  for (const row of rows) {
    // Whoever counts the scenes has still to run, else the plan would know their number.
    if (row.stage === counts || !chance.of(40)) continue;
    row.known = row.each && chance.of(60) ? chance.some(sceneNumbers(scenes), 50) : 'all';
  }
}

function addGates(rows: FrozenRow[], setting: Setting): void {
  const { chance } = setting;
  const free = [...GATES];
  for (const row of rows) {
    if (free.length === 0 || !chance.of(35)) continue;
    const byScene = knowsScenes(rows, row, setting.counts);
    const names = free.filter((name) => (name === 'script' ? !row.each : byScene));
    if (names.length === 0) continue;
    const name = chance.pick(names);
    free.splice(free.indexOf(name), 1);
    row.gate = randomGate(rows, row, { ...setting, name });
  }
}

function randomGate(rows: FrozenRow[], row: FrozenRow, { chance, scenes, name }: Setting & { name: Gate }): FrozenGate {
  const remakable = name === 'script' ? [] : row.needs.filter((need) => isBehind(rows, need, row.stage));
  const others = chance.some(remakable, 50);
  const deadline = chance.of(30);
  return {
    name,
    remakes: others.length > 0 && chance.of(50) ? others : [row.stage, ...others],
    approved: chance.of(10) ? 'all' : name === 'script' ? [] : chance.some(sceneNumbers(scenes), chance.of(30) ? 50 : 0),
    deadline_ms: deadline ? 1_000 : null,
    on_deadline: deadline ? chance.pick(['fail', 'approve'] as const) : null,
  };
}

/** A gate may remake a row per scene if everything that uses that row also waits behind the gate. */
function isBehind(rows: FrozenRow[], stage: StageName, gated: StageName): boolean {
  const users = rows.filter((row) => row.needs.includes(stage) && row.stage !== gated);
  const each = rows.find((row) => row.stage === stage)?.each ?? false;
  return each && users.every((user) => needs(rows, user, gated));
}

function knowsScenes(rows: FrozenRow[], row: FrozenRow, counts: StageName | null): boolean {
  return counts === null || row.each || row.stage === counts || needs(rows, row, counts);
}

/** True when a row needs a stage, directly or not. */
export function needs(rows: readonly FrozenRow[], row: FrozenRow, stage: StageName): boolean {
  return row.needs.some((need) => need === stage || rows.some((other) => other.stage === need && needs(rows, other, stage)));
}

export function sceneNumbers(scenes: number): number[] {
  return Array.from({ length: scenes }, (_, index) => index + 1);
}
