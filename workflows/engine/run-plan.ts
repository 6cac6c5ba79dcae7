import type { DecisionSignal, FrozenPlan, StageFailure, StageResult, StageTask } from '../../contracts/plan';
import type { Gate, StageName } from '../../contracts/vocabulary';
import { closeGate, decide, expire, giveUp, settleEarly, takeEarly, type Deciding, type SettledDecision } from './decide';
import { follow, type Story } from './follow';
import type { Inbox } from './inbox';
import { initialGates, isDecided, openGate, viewOf, type GateView } from './gates';
import {
  completeItem,
  doneShare,
  generationsOf,
  isLast,
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

/** The engine's hands: everything that touches the world. `ports.ts` binds them to Temporal, tests to a plain loop. */
export interface Ports {
  /** Runs one item and says how it ended: failures come back as an event, a cancellation as null. */
  perform(item: Item, task: StageTask, ended: (event: RunEvent | null) => void): void;
  /** Stores which gates are open and what became of decisions. */
  syncGates(views: GateView[], settled: SettledDecision[]): Promise<void>;
  /** Starts a timer that puts a `deadline` event into the inbox. */
  startDeadline(gate: Gate, revision: number, ms: number): void;
  /** Shows the run to operators. */
  show(state: RunState): void;
  weightOf(stage: StageName): number;
}

export type RunResult = { kind: 'completed'; closed: boolean } | { kind: 'failed'; failures: StageFailure[]; resumable_from: StageName };

interface Run extends Deciding {
  job_id: string;
  ports: Ports;
  inbox: Inbox;
  running: Set<string>;
  /** How often parked work was let go; what starts remembers it, see `park`. */
  unparked: number;
  startedAfter: Map<string, number>;
  /** The highest percentage told so far; work that is made again never takes it back. */
  percent: number;
  /** True once the last item was given the right to complete the job in its own transaction. */
  closed: boolean;
}

export function initialState(plan: FrozenPlan): RunState {
  return { scenes: plan.scenes, items: new Map(), gates: initialGates(plan), failures: [] };
}

/**
 * Runs a plan to its end: starts what may start, lets running work finish after a failure, opens gates, makes again what
 * reviewers ask for.
 */
export function runPlan(request: { plan: FrozenPlan; job_id: string; ports: Ports; inbox: Inbox }): Promise<RunResult> {
  return follow(tell(createRun(request)), request.inbox);
}

/** A generator rather than an async function: each promise costs the workflow sandbox a stack trace. */
function* tell(run: Run): Story<RunResult> {
  for (;;) {
    yield* publishDecisions(run);
    startItems(run);
    openReadyGates(run);
    yield* publishGates(run);
    if (isIdle(run)) {
      if (!settleEarly(run)) break;
      continue;
    }
    yield null;
    drain(run);
  }
  return resultOf(run);
}

function createRun(request: { plan: FrozenPlan; job_id: string; ports: Ports; inbox: Inbox }): Run {
  const decisions = { early: [], settled: [], changed: new Set<Gate>() };
  const work = { running: new Set<string>(), unparked: 0, startedAfter: new Map<string, number>(), percent: 0, closed: false };
  return { ...request, state: initialState(request.plan), ...decisions, ...work };
}

/** Before new work starts: what a reviewer asked for must be readable by the work that answers it. */
function* publishDecisions(run: Run): Story<void> {
  while (run.settled.length > 0) {
    yield* publishGates(run);
    drain(run);
  }
}

function startItems(run: Run): void {
  for (const item of startable(run.plan, run.state)) {
    const task = taskFor(run, item);
    setItem(run.state, item, { status: 'running' });
    run.running.add(item.key);
    run.startedAfter.set(item.key, run.unparked);
    if (task.final) run.closed = true;
    run.ports.perform(item, task, (event) => {
      run.running.delete(item.key);
      if (event) run.inbox.push(event);
    });
  }
  run.ports.show(run.state);
}

function taskFor(run: Run, item: Item): StageTask {
  const { generation, revision, remake } = stateOf(run.state, item);
  const share = doneShare(run.plan, run.state, run.ports.weightOf);
  const count = itemsOf(item.row, run.state.scenes)?.length ?? 1;
  const own = run.ports.weightOf(item.row.stage) / count / totalWeight(run);
  run.percent = Math.max(run.percent, percent(share));
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
    percent: { before: run.percent, after: final ? 100 : Math.max(run.percent, percent(share + own)) },
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
    // A storyboard that was made again may have lost the scenes that still waited.
    if (isDecided(gate, run.state.scenes)) closeGate(run, gate);
    if (!openGate(gate, run.state.scenes)) continue;
    run.changed.add(gate.name);
    if (row.gate.deadline_ms !== null) run.ports.startDeadline(gate.name, gate.revision, row.gate.deadline_ms);
    for (const decision of takeEarly(run, gate.name)) run.inbox.push({ kind: 'decision', decision });
  }
}

function* publishGates(run: Run): Story<void> {
  if (run.changed.size === 0 && run.settled.length === 0) return;
  const views = [...run.changed].flatMap((name) => {
    const gate = run.state.gates.get(name);
    return gate ? [viewOf(gate, run.state.scenes)] : [];
  });
  const settled = run.settled.splice(0);
  run.changed.clear();
  yield run.ports.syncGates(views, settled);
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
  unpark(run);
}

function unpark(run: Run): void {
  run.unparked += 1;
  for (const [key, item] of run.state.items) if (item.status === 'parked') run.state.items.set(key, { ...item, status: 'waiting' });
}

/** A cap that was raised while the item was still on its way to being parked has let it go already. */
function park(run: Run, item: Item): void {
  const letGo = run.unparked > (run.startedAfter.get(item.key) ?? 0);
  setItem(run.state, item, { status: letGo ? 'waiting' : 'parked' });
}

function itemByKey(run: Run, key: string): Item {
  const [stage = '', scene] = key.split('/scene-');
  const row = run.plan.rows.find((candidate) => candidate.stage === stage);
  if (!row) throw new Error(`The plan has no item ${key}.`);
  return { row, scene: scene === undefined ? null : Number(scene), key };
}

function finish(run: Run, key: string, result: StageResult): void {
  const item = itemByKey(run, key);
  if (result.kind === 'parked') return park(run, item);
  completeItem(run.state, item);
  if (result.scenes !== undefined) run.state.scenes = result.scenes;
}

function fail(run: Run, key: string, failure: StageFailure): void {
  setItem(run.state, itemByKey(run, key), { status: 'failed' });
  giveUp(run, failure);
}

function resultOf(run: Run): RunResult {
  const stuck = run.plan.rows.find((row) => !itemsOf(row, run.state.scenes)?.every((item) => stateOf(run.state, item).status === 'done'));
  const { failures } = run.state;
  if (!stuck && failures.length === 0) return { kind: 'completed', closed: run.closed };
  if (stuck && failures.length === 0) {
    failures.push({ stage: stuck.stage, scene: null, code: 'internal_error', message: 'The plan cannot go on.', errors: [] });
  }
  const failed = new Set(failures.map((failure) => failure.stage));
  const first = run.plan.rows.find((row) => failed.has(row.stage));
  return { kind: 'failed', failures, resumable_from: first?.stage ?? run.plan.rows[0]!.stage };
}
