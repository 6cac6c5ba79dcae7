import type { DecisionFate, DecisionSignal, FrozenPlan, StageFailure } from '../../contracts/plan';
import type { Gate, StageName } from '../../contracts/vocabulary';
import { rule, viewOf, type GateState } from './gates';
import { itemOf, itemsOf, makeAgain, type RunState } from './schedule';

export interface SettledDecision {
  decision: DecisionSignal;
  fate: DecisionFate;
}

/** The part of a run that decisions change. */
export interface Deciding {
  plan: FrozenPlan;
  state: RunState;
  /** Decisions that came before their gate opened. */
  early: DecisionSignal[];
  /** Fates that are not stored yet. */
  settled: SettledDecision[];
  /** Gates whose view is not stored yet. */
  changed: Set<Gate>;
}

/** Applies a reviewer's decision: remembers its fate, and starts over what it asks for. */
export function decide(run: Deciding, decision: DecisionSignal): void {
  const gate = run.state.gates.get(decision.gate);
  if (!gate || run.state.failures.length > 0) return settle(run, decision, 'gate_not_open');
  const ruling = rule(gate, decision, run.state.scenes);
  if (ruling.fate === 'early') run.early.push(decision);
  settle(run, decision, ruling.fate);
  if (ruling.fate !== 'applied') return;
  run.changed.add(gate.name);
  if (ruling.rejected) giveUp(run, gateFailure(gate, 'approval_rejected', 'A reviewer rejected the work.'));
  else if (ruling.remake.length > 0) remake(run, gate, { scenes: ruling.remake, decision });
}

function settle(run: Deciding, decision: DecisionSignal, fate: DecisionFate): void {
  run.settled.push({ decision, fate });
}

/** A gate's deadline has passed: fails or approves, unless its round is over. */
export function expire(run: Deciding, name: Gate, revision: number): void {
  const gate = run.state.gates.get(name);
  if (!gate || gate.revision !== revision || !viewOf(gate, run.state.scenes).open) return;
  const onDeadline = run.plan.rows.find((row) => row.stage === gate.stage)?.gate?.on_deadline ?? 'fail';
  if (onDeadline === 'fail') return giveUp(run, gateFailure(gate, 'approval_timeout', 'Nobody decided in time.'));
  decide(run, { decision_id: `deadline:${name}:${revision}`, gate: name, decision: 'approved', revision, decided_by: 'deadline' });
}

/** Takes the early decisions of a gate that has opened; they are decided like any other now. */
export function takeEarly(run: Deciding, name: Gate): DecisionSignal[] {
  const mine = run.early.filter(({ gate }) => gate === name);
  run.early = run.early.filter(({ gate }) => gate !== name);
  return mine;
}

/** At the end of a run: decisions whose gate never opened get their fate too. True when there were any. */
export function settleEarly(run: Deciding): boolean {
  const waiting = run.early.splice(0);
  for (const decision of waiting) settle(run, decision, 'gate_not_open');
  return waiting.length > 0;
}

/** The run has failed: nothing new starts, and nobody is asked any more. */
export function giveUp(run: Deciding, failure: StageFailure): void {
  run.state.failures.push(failure);
  for (const gate of run.state.gates.values()) closeGate(run, gate);
}

/** Closes a gate that has nothing to ask, and remembers to tell. */
export function closeGate(run: Deciding, gate: GateState): void {
  if (!gate.open) return;
  gate.open = false;
  run.changed.add(gate.name);
}

/** Asks for the named scenes' work again, and for the join that shows it with them. */
function remake(run: Deciding, gate: GateState, by: { scenes: number[]; decision: DecisionSignal }): void {
  const scenes = by.scenes.filter((scene) => scene > 0);
  const reason = { decision_id: by.decision.decision_id, scenes: scenes.length > 0 ? scenes : null };
  for (const stage of new Set<StageName>([...gate.remakes, gate.stage])) {
    const { row } = itemOf(run.plan, stage, null);
    for (const item of itemsOf(row, run.state.scenes) ?? []) {
      if (item.scene !== null && !scenes.includes(item.scene)) continue;
      makeAgain(run.state, item, { revision: gate.revision + 1, remake: gate.remakes.includes(stage) ? reason : null });
    }
  }
}

function gateFailure(gate: GateState, code: string, message: string): StageFailure {
  return { stage: gate.stage, scene: null, code, message, errors: [] };
}
