import type { DecisionFate, DecisionSignal, FrozenPlan, StageResult, StageTask } from '../../contracts/plan';
import type { Gate, StageName } from '../../contracts/vocabulary';
import type { GateView } from '../../workflows/engine/gates';
import type { Inbox } from '../../workflows/engine/inbox';
import type { RunState } from '../../workflows/engine/schedule';
import type { SettledDecision } from '../../workflows/engine/decide';
import { initialState, runPlan, type Ports, type RunEvent, type RunResult } from '../../workflows/engine/run-plan';

/** A piece of work that was started and has not ended yet. */
export interface Running {
  key: string;
  task: StageTask;
  end(event: RunEvent | null): void;
}

/** What happened, in order. */
export type Happening =
  | { kind: 'started'; key: string; task: StageTask; approved: Approved }
  | { kind: 'ended'; key: string; task: StageTask; how: 'done' | 'failed' | 'parked' }
  | { kind: 'delivered'; decision: DecisionSignal }
  | { kind: 'settled'; decision: DecisionSignal; fate: DecisionFate }
  | { kind: 'deadline'; gate: Gate; revision: number }
  | { kind: 'published'; views: GateView[] };

/** Scenes approved at each gate when something happened; 0 stands for the whole. */
export type Approved = Partial<Record<Gate, 'all' | number[]>>;

export class Cancelled extends Error {}

/** The engine on a plain loop instead of Temporal: whoever drives it says what happens next. */
export interface Simulation {
  plan: FrozenPlan;
  log: Happening[];
  running: Map<string, Running>;
  /** The run as last shown to operators. */
  state: RunState | null;
  /** Gates as last published. */
  views: Map<Gate, GateView>;
  timers: { gate: Gate; revision: number; ms: number }[];
  finish(key: string, result?: Partial<Extract<StageResult, { kind: 'done' }>>): void;
  park(key: string): void;
  fail(key: string, code?: string): void;
  decide(decision: DecisionSignal): void;
  expire(gate: Gate, revision: number): void;
  unpark(): void;
  cancel(): void;
}

export interface Driver {
  /** Called while the engine waits: makes at least one thing happen. */
  next(simulation: Simulation): void;
  /** Called while the engine stores gates: something may happen meanwhile. */
  meanwhile?(simulation: Simulation): void;
}

interface Inside extends Simulation {
  inbox: RunEvent[];
  cancelled: boolean;
}

/** Runs a plan to its end under a driver. @throws Cancelled when the driver cancelled the job */
export async function simulate(plan: FrozenPlan, driver: Driver): Promise<{ simulation: Simulation; result: RunResult }> {
  const simulation = createSimulation(plan);
  return { simulation, result: await drive(simulation, driver) };
}

/** As `simulate`, for a job that may be cancelled: the result is null then. */
export async function simulateToAnyEnd(plan: FrozenPlan, driver: Driver): Promise<{ simulation: Simulation; result: RunResult | null }> {
  const simulation = createSimulation(plan);
  try {
    return { simulation, result: await drive(simulation, driver) };
  } catch (error) {
    if (error instanceof Cancelled) return { simulation, result: null };
    throw error;
  }
}

function createSimulation(plan: FrozenPlan): Inside {
  const inside: Inside = {
    plan,
    log: [],
    running: new Map(),
    state: null,
    views: new Map(),
    timers: [],
    inbox: [],
    cancelled: false,
    finish: (key, result = {}) => {
      const { task, end } = ended(inside, key, 'done');
      end({ kind: 'finished', key, result: { kind: 'done', generation: task.generation, digest: `${key}#${task.generation}`, ...result } });
    },
    park: (key) => ended(inside, key, 'parked').end({ kind: 'finished', key, result: { kind: 'parked', reason: 'budget' } }),
    fail: (key, code = 'provider_failed') => {
      const { task, end } = ended(inside, key, 'failed');
      end({ kind: 'failed', key, failure: { stage: task.stage, scene: task.scene, code, message: 'It broke.', errors: [] } });
    },
    decide: (decision) => {
      inside.log.push({ kind: 'delivered', decision });
      inside.inbox.push({ kind: 'decision', decision });
    },
    expire: (gate, revision) => {
      inside.log.push({ kind: 'deadline', gate, revision });
      inside.inbox.push({ kind: 'deadline', gate, revision });
    },
    unpark: () => void inside.inbox.push({ kind: 'unparked' }),
    cancel: () => {
      inside.cancelled = true;
      for (const { end } of [...inside.running.values()]) end(null);
      inside.running.clear();
    },
  };
  return inside;
}

function ended(inside: Inside, key: string, how: 'done' | 'failed' | 'parked'): Running {
  const running = inside.running.get(key);
  if (!running) throw new Error(`${key} is not running.`);
  inside.running.delete(key);
  inside.log.push({ kind: 'ended', key, task: running.task, how });
  return running;
}

async function drive(inside: Inside, driver: Driver): Promise<RunResult> {
  const ports: Ports = {
    perform: (item, task, end) => start(inside, item.key, { task, end }),
    syncGates: async (views, settled) => {
      publish(inside, views, settled);
      driver.meanwhile?.(inside);
      await flush();
    },
    startDeadline: (gate, revision, ms) => void inside.timers.push({ gate, revision, ms }),
    show: (state) => void (inside.state = state),
    weightOf,
  };
  const untilFilled = async (): Promise<void> => {
    for (let turns = 0; inside.inbox.length === 0; turns += 1) {
      if (turns > 1_000) throw new Error('The engine waits for something that never comes.');
      driver.next(inside);
      await flush();
      if (inside.cancelled) throw new Cancelled();
    }
  };
  const arrival: Inbox['arrival'] = (wake, stop) => void untilFilled().then(wake, stop);
  return runPlan({ plan: inside.plan, job_id: 'job_1', ports, inbox: Object.assign(inside.inbox, { arrival }) });
}

function start(inside: Inside, key: string, { task, end }: Omit<Running, 'key'>): void {
  if (inside.running.has(key)) throw new Error(`${key} was started while it runs.`);
  inside.log.push({ kind: 'started', key, task, approved: approvedNow(inside) });
  inside.running.set(key, { key, task, end });
}

function approvedNow({ plan, state }: Inside): Approved {
  // The first items start before the run is shown for the first time.
  const gates = [...(state?.gates ?? initialState(plan).gates).values()];
  return Object.fromEntries(gates.map((gate) => [gate.name, gate.approvesAll ? 'all' : [...gate.approved]]));
}

function publish(inside: Inside, views: GateView[], settled: SettledDecision[]): void {
  inside.log.push({ kind: 'published', views });
  for (const view of views) inside.views.set(view.gate, view);
  for (const { decision, fate } of settled) inside.log.push({ kind: 'settled', decision, fate });
}

/** Lets promises that are settled call those who wait for them. */
async function flush(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
}

/** Stages of different weights, so that the percentage is tried at odd shares. */
function weightOf(stage: StageName): number {
  return (stage.length % 5) + 1;
}
