import type { DecisionSignal } from '../../contracts/plan';
import { GATES, type Gate } from '../../contracts/vocabulary';
import type { GateView } from '../../workflows/engine/gates';
import type { Chance } from './chance';
import { sceneNumbers, type RandomPlan } from './random-plan';
import type { Driver, Running, Simulation } from './simulation';

/** How much goes wrong in a world, in percent. */
export interface Weather {
  failures: number;
  parking: number;
  cancels: number;
  /** Decisions that come whether or not anybody was asked. */
  strayDecisions: number;
  deadlines: number;
  /** Signals that no client of ours would send. */
  garbage: number;
}

/** So many decisions at will; then a reviewer only approves. */
const PATIENCE = 14;

/** A world in which work ends in any order and reviewers say anything, until they have said enough and approve. */
export function randomWorld(chance: Chance, { scenes, counts }: RandomPlan, weather: Weather): Driver {
  let decisions = 0;
  const parked = new Set<string>();

  function finishOne(simulation: Simulation): void {
    const { key, task } = chance.pick([...simulation.running.values()]);
    simulation.finish(key, task.stage === counts ? { scenes } : {});
  }

  function endOne(simulation: Simulation): void {
    const { key } = chance.pick<Running>([...simulation.running.values()]);
    if (chance.of(weather.failures)) return simulation.fail(key);
    if (!chance.of(weather.parking)) return finishOne(simulation);
    // The cap may be raised before or after the item has reported that it waits for it.
    const raisedBefore = chance.of(30);
    if (raisedBefore) simulation.unpark();
    else parked.add(key);
    simulation.park(key);
  }

  function unpark(simulation: Simulation): void {
    parked.clear();
    simulation.unpark();
  }

  function decideSomething(simulation: Simulation, view: GateView | undefined): void {
    decisions += 1;
    const patient = decisions < PATIENCE;
    simulation.decide(patient || !view ? anyDecision(chance, { id: decisions, view, scenes, garbage: weather.garbage }) : approval(decisions, view));
  }

  function next(simulation: Simulation): void {
    const open = [...simulation.views.values()].filter((view) => view.open);
    const choices: (() => void)[] = [];
    if (simulation.running.size > 0) choices.push(() => endOne(simulation), () => endOne(simulation));
    if (open.length > 0) choices.push(() => decideSomething(simulation, chance.pick(open)));
    if (parked.size > 0) choices.push(() => unpark(simulation));
    if (choices.length === 0) throw new Error('Nothing can happen any more, and the engine still waits.');
    if (chance.of(weather.cancels)) return simulation.cancel();
    if (chance.of(weather.strayDecisions) && decisions < PATIENCE) decideSomething(simulation, undefined);
    const timer = simulation.timers.at(-1);
    if (timer && chance.of(weather.deadlines)) simulation.expire(timer.gate, timer.revision);
    chance.pick(choices)();
    // Several things often arrive together.
    if (simulation.running.size > 0 && chance.of(40)) endOne(simulation);
    if (open.length > 0 && chance.of(30) && decisions < PATIENCE) decideSomething(simulation, chance.pick(open));
  }

  function meanwhile(simulation: Simulation): void {
    if (simulation.running.size > 0 && chance.of(20)) endOne(simulation);
    if (chance.of(weather.strayDecisions / 2) && decisions < PATIENCE) decideSomething(simulation, undefined);
  }

  return { next, meanwhile };
}

interface Asked {
  id: number;
  view: GateView | undefined;
  scenes: number;
  garbage: number;
}

/** Of the open gate or of any; named scenes, all or none; of this revision, an older or a later one. */
function anyDecision(chance: Chance, { id, view, scenes, garbage }: Asked): DecisionSignal {
  const gate: Gate = view && chance.of(90) ? view.gate : chance.pick(GATES);
  const decision = chance.of(4) ? 'rejected' : chance.pick(['approved', 'approved', 'changes_requested'] as const);
  const sane: DecisionSignal = {
    decision_id: `dec_${id}`,
    gate,
    decision,
    revision: Math.max(0, (view?.revision ?? 1) + (chance.of(70) ? 0 : chance.below(4) - 2)),
    scenes: chance.of(60) ? chance.some([...sceneNumbers(scenes), 99], 50) : null,
    decided_by: 'reviewer@example.com',
    ...(decision === 'approved' && chance.of(15) ? { edits: { scenes: {} } } : {}),
  };
  return chance.of(garbage) ? spoil(chance, sane) : sane;
}

const SPOILED = [{ decision: 'maybe' }, { scenes: 5 }, { scenes: 'all' }, { revision: null }, { revision: 'x' }, { gate: 'nowhere' }, { scenes: [null] }, { scenes: {} }, { decision: null }];

function spoil(chance: Chance, sane: DecisionSignal): DecisionSignal {
  return JSON.parse(JSON.stringify({ ...sane, ...chance.pick(SPOILED) }));
}

function approval(id: number, view: GateView): DecisionSignal {
  return { decision_id: `dec_${id}`, gate: view.gate, decision: 'approved', revision: view.revision, scenes: null, decided_by: 'reviewer@example.com' };
}
