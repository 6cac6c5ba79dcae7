import type { DecisionFate, DecisionSignal, FrozenPlan, StageFailure, StageResult, StageTask } from '../../contracts/plan';
import type { Gate, StageName } from '../../contracts/vocabulary';
import { initialGates, openGate, rule, viewOf, type GateState, type GateView, type Ruling } from './gates';
import {
  doneShare,
  generationsOf,
  isLast,
  itemOf,
  itemsOf,
  setItem,
  startable,
  stateOf,
  type Item,
  type RunState,
} from './schedule';

/** What happens to a run from outside: work that ends, a reviewer's decision, a gate's deadline, a parked item let go. */
export type RunEvent =
  | { kind: 'finished'; key: string; result: StageResult }
  | { kind: 'failed'; key: string; failure: StageFailure }
  | { kind: 'decision'; decision: DecisionSignal }
  | { kind: 'deadline'; gate: Gate; revision: number }
  | { kind: 'unparked' };

export interface SettledDecision {
  decision: DecisionSignal;
  fate: DecisionFate;
}

/** The engine's hands: everything that touches the world. `ports.ts` binds them to Temporal, tests to a plain loop. */
export interface Ports {
  /** Runs one item. Never rejects: failures come back as an event, a cancellation as null. */
  perform(item: Item, task: StageTask): Promise<RunEvent | null>;
  /** Stores which gates are open and what became of decisions. */
  syncGates(views: GateView[], settled: SettledDecision[]): Promise<void>;
  /** Starts a timer that puts a `deadline` event into the inbox. */
  startDeadline(gate: Gate, revision: number, ms: number): void;
  /** Waits until the condition holds. Rejects when the job is cancelled. */
  until(condition: () => boolean): Promise<void>;
  /** Shows the run to operators. */
  show(state: RunState): void;
  weightOf(stage: StageName): number;
}

export type RunResult = { kind: 'completed'; closed: boolean } | { kind: 'failed'; failures: StageFailure[]; resumable_from: StageName };

interface Run {
  plan: FrozenPlan;
  job_id: string;
  ports: Ports;
  state: RunState;
  inbox: RunEvent[];
  running: Set<string>;
  early: DecisionSignal[];
  settled: SettledDecision[];
  changed: Set<Gate>;
  /** True once the last item was given the right to complete the job in its own transaction. */
  closed: boolean;
}

export function initialState(plan: FrozenPlan): RunState {
  return { scenes: plan.scenes, items: new Map(), gates: initialGates(plan), failures: [] };
}

/**
 * Runs a plan to its end: starts what may start, lets running work finish after a failure, opens gates, makes again what
 * reviewers ask for. `inbox` is filled from outside (signals) and from inside (finished work).
 */
export async function runPlan(request: { plan: FrozenPlan; job_id: string; ports: Ports; inbox: RunEvent[] }): Promise<RunResult> {
  const run: Run = { ...request, state: initialState(request.plan), running: new Set(), early: [], settled: [], changed: new Set(), closed: false };
  for (;;) {
    openReadyGates(run);
    // Before new work starts: what a reviewer asked for must be readable by the work that answers it.
    await publishGates(run);
    startItems(run);
    if (isIdle(run)) break;
    await run.ports.until(() => run.inbox.length > 0);
    drain(run);
  }
  return resultOf(run);
}

function startItems(run: Run): void {
  for (const item of startable(run.plan, run.state)) {
    const task = taskFor(run, item);
    setItem(run.state, item, { status: 'running' });
    run.running.add(item.key);
    if (task.final) run.closed = true;
    void run.ports.perform(item, task).then((event) => {
      run.running.delete(item.key);
      if (event) run.inbox.push(event);
    });
  }
  run.ports.show(run.state);
}

function taskFor(run: Run, item: Item): StageTask {
  const { generation, revision, remake } = stateOf(run.state, item);
  const before = doneShare(run.plan, run.state, run.ports.weightOf);
  const count = itemsOf(item.row, run.state.scenes)?.length ?? 1;
  const share = run.ports.weightOf(item.row.stage) / count / totalWeight(run);
  const final = isLast(run.plan, run.state, item);
  return {
    job_id: run.job_id,
    stage: item.row.stage,
    scene: item.scene,
    scenes: run.state.scenes,
    generation,
    revision,
    take: run.plan.take,
    needs: generationsOf(run.plan, run.state, item),
    remake,
    percent: { before: percent(before), after: final ? 100 : percent(before + share) },
    final,
  };
}

function totalWeight(run: Run): number {
  return run.plan.rows.reduce((sum, row) => sum + run.ports.weightOf(row.stage), 0) || 1;
}

function percent(share: number): number {
  return Math.min(99, Math.round(share * 100));
}

function openReadyGates(run: Run): void {
  if (run.state.failures.length > 0) return;
  for (const gate of run.state.gates.values()) {
    const row = run.plan.rows.find((candidate) => candidate.stage === gate.stage);
    const items = row ? itemsOf(row, run.state.scenes) : null;
    if (!row?.gate || !items?.every((item) => stateOf(run.state, item).status === 'done')) continue;
    if (!openGate(gate, run.state.scenes)) continue;
    run.changed.add(gate.name);
    if (row.gate.deadline_ms !== null) run.ports.startDeadline(gate.name, gate.revision, row.gate.deadline_ms);
    replayEarly(run, gate);
  }
}

function replayEarly(run: Run, gate: GateState): void {
  const mine = run.early.filter((decision) => decision.gate === gate.name);
  run.early = run.early.filter((decision) => decision.gate !== gate.name);
  for (const decision of mine) run.inbox.push({ kind: 'decision', decision });
}

async function publishGates(run: Run): Promise<void> {
  if (run.changed.size === 0 && run.settled.length === 0) return;
  const views = [...run.changed].flatMap((name) => {
    const gate = run.state.gates.get(name);
    return gate ? [viewOf(gate, run.state.scenes)] : [];
  });
  const settled = run.settled.splice(0);
  run.changed.clear();
  await run.ports.syncGates(views, settled);
}

/** Nothing runs, nothing can start and nobody is asked: the run has ended. */
function isIdle(run: Run): boolean {
  if (run.running.size > 0 || run.inbox.length > 0) return false;
  if (run.state.failures.length > 0) return true;
  return !hasOpenGate(run) && !hasParked(run) && startable(run.plan, run.state).length === 0;
}

function hasOpenGate(run: Run): boolean {
  return [...run.state.gates.values()].some((gate) => viewOf(gate, run.state.scenes).open);
}

function hasParked(run: Run): boolean {
  return [...run.state.items.values()].some((item) => item.status === 'parked');
}

/** A late decision is drained and settled too, so that none stays without a fate. */
function drain(run: Run): void {
  for (let event = run.inbox.shift(); event; event = run.inbox.shift()) apply(run, event);
}

function apply(run: Run, event: RunEvent): void {
  if (event.kind === 'finished') return finish(run, event.key, event.result);
  if (event.kind === 'failed') return fail(run, event.key, event.failure);
  if (event.kind === 'decision') return decide(run, event.decision);
  if (event.kind === 'deadline') return expire(run, event.gate, event.revision);
  for (const [key, item] of run.state.items) if (item.status === 'parked') run.state.items.set(key, { ...item, status: 'waiting' });
}

function itemByKey(run: Run, key: string): Item {
  const [stage = '', scene] = key.split('/scene-');
  const row = run.plan.rows.find((candidate) => candidate.stage === stage);
  if (!row) throw new Error(`The plan has no item ${key}.`);
  return { row, scene: scene === undefined ? null : Number(scene), key };
}

function finish(run: Run, key: string, result: StageResult): void {
  const item = itemByKey(run, key);
  if (result.kind === 'parked') return setItem(run.state, item, { status: 'parked' });
  setItem(run.state, item, { status: 'done' });
  if (result.scenes !== undefined) run.state.scenes = result.scenes;
}

function fail(run: Run, key: string, failure: StageFailure): void {
  setItem(run.state, itemByKey(run, key), { status: 'failed' });
  run.state.failures.push(failure);
}

function decide(run: Run, decision: DecisionSignal): void {
  const gate = run.state.gates.get(decision.gate);
  if (!gate || run.state.failures.length > 0) return void run.settled.push({ decision, fate: 'gate_not_open' });
  const ruling = rule(gate, decision, run.state.scenes);
  if (ruling.fate === 'early') run.early.push(decision);
  run.settled.push({ decision, fate: ruling.fate });
  if (ruling.fate !== 'applied') return;
  run.changed.add(gate.name);
  if (ruling.rejected) run.state.failures.push(gateFailure(gate, 'approval_rejected', 'A reviewer rejected the work.'));
  else if (ruling.remake.length > 0) remake(run, gate, { ruling, decision });
}

/** Puts the named scenes' work back to waiting, one generation on, and the join that shows it with them. */
function remake(run: Run, gate: GateState, by: { ruling: Ruling; decision: DecisionSignal }): void {
  const scenes = by.ruling.remake.filter((scene) => scene > 0);
  const reason = { decision_id: by.decision.decision_id, scenes: scenes.length > 0 ? scenes : null };
  const stages = new Set<StageName>([...gate.remakes, gate.stage]);
  for (const stage of stages) {
    const { row } = itemOf(run.plan, stage, null);
    for (const item of itemsOf(row, run.state.scenes) ?? []) {
      if (item.scene !== null && !scenes.includes(item.scene)) continue;
      const asked = gate.remakes.includes(stage) ? reason : null;
      const { generation } = stateOf(run.state, item);
      setItem(run.state, item, { status: 'waiting', generation: generation + 1, revision: gate.revision + 1, remake: asked });
    }
  }
}

function expire(run: Run, name: Gate, revision: number): void {
  const gate = run.state.gates.get(name);
  if (!gate || gate.revision !== revision || !viewOf(gate, run.state.scenes).open) return;
  const onDeadline = run.plan.rows.find((row) => row.stage === gate.stage)?.gate?.on_deadline ?? 'fail';
  run.changed.add(name);
  if (onDeadline === 'fail') return void run.state.failures.push(gateFailure(gate, 'approval_timeout', 'Nobody decided in time.'));
  decide(run, { decision_id: `deadline:${name}:${revision}`, gate: name, decision: 'approved', revision, decided_by: 'deadline' });
}

function gateFailure(gate: GateState, code: string, message: string): StageFailure {
  return { stage: gate.stage, scene: null, code, message, errors: [] };
}

function resultOf(run: Run): RunResult {
  const stuck = run.plan.rows.find((row) => !itemsOf(row, run.state.scenes)?.every((item) => stateOf(run.state, item).status === 'done'));
  if (!stuck) return { kind: 'completed', closed: run.closed };
  if (run.state.failures.length === 0) {
    run.state.failures.push({ stage: stuck.stage, scene: null, code: 'internal_error', message: 'The plan cannot go on.', errors: [] });
  }
  const failed = new Set(run.state.failures.map((failure) => failure.stage));
  const first = run.plan.rows.find((row) => failed.has(row.stage));
  return { kind: 'failed', failures: run.state.failures, resumable_from: first?.stage ?? run.plan.rows[0]!.stage };
}
