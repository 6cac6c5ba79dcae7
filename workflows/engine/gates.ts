import type { DecisionFate, DecisionSignal, FrozenPlan, FrozenRow } from '../../contracts/plan';
import { DECISIONS, type Gate, type StageName } from '../../contracts/vocabulary';

/** Stands for "the whole" at a gate without scenes. */
const WHOLE = 0;

/**
 * A gate in one run. Its revision counts rounds: it rises when remade scenes are ready. A scene is stale for a decision
 * only if it was remade after the revision that the decision names.
 */
export interface GateState {
  name: Gate;
  stage: StageName;
  remakes: StageName[];
  /** 0 before the first opening. */
  revision: number;
  open: boolean;
  approved: Set<number>;
  approvesAll: boolean;
  /** Scenes being made again; they wait for no decision until they are ready. */
  remaking: Set<number>;
  /** Revision in which a scene was last made. */
  madeIn: Map<number, number>;
}

/** What an opened or changed gate looks like to Postgres and to reviewers. */
export interface GateView {
  gate: Gate;
  stage: StageName;
  revision: number;
  open: boolean;
  /** Scenes that wait for a decision; empty at a gate without scenes. */
  scenes: number[];
}

export interface Ruling {
  fate: DecisionFate;
  /** Scenes to make again; [0] at a gate without scenes. */
  remake: number[];
  rejected: boolean;
}

function gateFor(row: FrozenRow): GateState | null {
  if (!row.gate) return null;
  const { name, remakes, approved } = row.gate;
  return {
    name,
    stage: row.stage,
    remakes,
    revision: 0,
    open: false,
    approved: new Set(approved === 'all' ? [] : approved),
    approvesAll: approved === 'all',
    remaking: new Set(),
    madeIn: new Map(),
  };
}

export function initialGates(plan: FrozenPlan): Map<Gate, GateState> {
  const gates = plan.rows.map(gateFor).filter((gate) => gate !== null);
  return new Map(gates.map((gate) => [gate.name, gate]));
}

/** The `script` gate decides on the whole; the others by scene. */
function subjectsOf(gate: GateState, scenes: number | null): number[] {
  if (gate.name === 'script') return [WHOLE];
  return Array.from({ length: scenes ?? 0 }, (_, index) => index + 1);
}

function undecided(gate: GateState, scenes: number | null): number[] {
  if (gate.approvesAll) return [];
  return subjectsOf(gate, scenes).filter((subject) => !gate.approved.has(subject));
}

/** True when nobody has to be asked at this gate any more; never before it is known how many scenes there are. */
export function isDecided(gate: GateState, scenes: number | null): boolean {
  const countable = gate.name === 'script' || scenes !== null;
  return gate.approvesAll || (countable && undecided(gate, scenes).length === 0);
}

/** True while work for this scene (null: for all scenes) has to wait at the gate. */
export function needsDecision(gate: GateState | undefined, scene: number | null, scenes: number | null): boolean {
  if (!gate || isDecided(gate, scenes)) return false;
  const isWhole = scene === null || scenes === null || gate.name === 'script';
  return isWhole || undecided(gate, scenes).includes(scene);
}

/** Called when everything that the gate shows is ready. Opens it, or its next round, and says whether anything changed. */
export function openGate(gate: GateState, scenes: number | null): boolean {
  const waiting = undecided(gate, scenes);
  if (waiting.length === 0) return false;
  if (gate.open && gate.remaking.size === 0) return false;
  gate.revision += 1;
  gate.open = true;
  for (const subject of gate.revision === 1 ? subjectsOf(gate, scenes) : gate.remaking) gate.madeIn.set(subject, gate.revision);
  gate.remaking.clear();
  return true;
}

export function viewOf(gate: GateState, scenes: number | null): GateView {
  const waiting = undecided(gate, scenes).filter((subject) => !gate.remaking.has(subject));
  return {
    gate: gate.name,
    stage: gate.stage,
    revision: gate.revision,
    open: gate.open && waiting.length > 0,
    scenes: waiting.filter((subject) => subject !== WHOLE),
  };
}

/** A signal can be sent by hand, so nothing about it is certain. */
function isReadable({ decision, revision, scenes }: DecisionSignal): boolean {
  const named = scenes === undefined || scenes === null || Array.isArray(scenes);
  return DECISIONS.includes(decision) && Number.isInteger(revision) && named;
}

/** Applies one decision to its gate. Never throws: whatever comes in ends in exactly one fate. */
export function rule(gate: GateState, decision: DecisionSignal, scenes: number | null): Ruling {
  if (!isReadable(decision)) return { fate: 'no_effect', remake: [], rejected: false };
  if (gate.revision === 0) return { fate: 'early', remake: [], rejected: false };
  const waiting = undecided(gate, scenes).filter((subject) => !gate.remaking.has(subject));
  if (waiting.length === 0) return { fate: 'gate_not_open', remake: [], rejected: false };
  const fresh = namedSubjects(gate, decision, waiting).filter((subject) => (gate.madeIn.get(subject) ?? 1) <= decision.revision);
  if (fresh.length === 0) return { fate: staleOrIdle(gate, decision, waiting), remake: [], rejected: false };
  if (decision.decision === 'rejected') return { fate: 'applied', remake: [], rejected: true };
  if (decision.decision === 'changes_requested') {
    for (const subject of fresh) gate.remaking.add(subject);
    return { fate: 'applied', remake: fresh, rejected: false };
  }
  return approve(gate, decision, { fresh, scenes });
}

/** An approval with edits approves the reviewer's own words: they are put in, and then the gate passes. */
function approve(gate: GateState, decision: DecisionSignal, at: { fresh: number[]; scenes: number | null }): Ruling {
  for (const subject of at.fresh) gate.approved.add(subject);
  if (undecided(gate, at.scenes).length === 0) gate.open = false;
  return { fate: 'applied', remake: decision.edits ? at.fresh : [], rejected: false };
}

function namedSubjects(gate: GateState, decision: DecisionSignal, waiting: number[]): number[] {
  if (gate.name === 'script' || !decision.scenes || decision.scenes.length === 0) return waiting;
  return waiting.filter((subject) => decision.scenes?.includes(subject));
}

function staleOrIdle(gate: GateState, decision: DecisionSignal, waiting: number[]): DecisionFate {
  const named = namedSubjects(gate, decision, waiting);
  return named.length > 0 || decision.revision < gate.revision ? 'stale' : 'no_effect';
}
