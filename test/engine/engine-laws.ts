import type { DecisionSignal, FrozenPlan, FrozenRow, StageTask } from '../../contracts/plan';
import type { Gate } from '../../contracts/vocabulary';
import type { RunResult } from '../../workflows/engine/run-plan';
import { sceneNumbers, type RandomPlan } from './random-plan';
import type { Approved, Simulation } from './simulation';

/** What must hold in every run, whatever happens. Each break is a sentence. */
export function breaksOf(simulation: Simulation, result: RunResult | null, { scenes }: RandomPlan): string[] {
  const watch: Watch = { plan: simulation.plan, scenes, simulation, made: madeBefore(simulation.plan, scenes), running: new Map(), percent: 0, failed: false, final: null, breaks: [] };
  for (const happening of simulation.log) {
    if (happening.kind === 'started') seeStart(watch, happening);
    if (happening.kind === 'ended') seeEnd(watch, happening);
  }
  if (result) seeResult(watch, result);
  return watch.breaks;
}

interface Watch {
  plan: FrozenPlan;
  scenes: number;
  simulation: Simulation;
  /** Newest finished generation by item. */
  made: Map<string, number>;
  running: Map<string, StageTask>;
  percent: number;
  failed: boolean;
  final: string | null;
  breaks: string[];
}

function keysOf(row: FrozenRow, scenes: number): { key: string; scene: number | null }[] {
  if (!row.each) return [{ key: row.stage, scene: null }];
  return sceneNumbers(scenes).map((scene) => ({ key: `${row.stage}/scene-${scene}`, scene }));
}

function madeBefore(plan: FrozenPlan, scenes: number): Map<string, number> {
  const made = new Map<string, number>();
  for (const row of plan.rows) {
    for (const { key, scene } of keysOf(row, scenes)) {
      if (row.known === 'all' || (scene !== null && row.known.includes(scene))) made.set(key, 1);
    }
  }
  return made;
}

function seeStart(watch: Watch, { key, task, approved }: { key: string; task: StageTask; approved: Approved }): void {
  const say = (what: string) => void watch.breaks.push(`${key} (generation ${task.generation}) ${what}`);
  if (watch.failed) say('started after a failure');
  if (watch.final !== null) say(`started after the last item ${watch.final}`);
  if (watch.running.has(key)) say('started while it runs');
  if (watch.running.size >= watch.plan.concurrency) say('started beyond the concurrency');
  if (task.generation !== (watch.made.get(key) ?? 0) + 1) say(`started after generation ${watch.made.get(key) ?? 0}`);
  if (task.generation === 1 && task.remake) say('was remade before it was made');
  checkNeeds(watch, { key, task, approved }, say);
  checkRemake(watch, task, { approved, say });
  checkPercent(watch, task, say);
  if (task.final && watch.running.size > 0) say('is the last one, beside others');
  watch.running.set(key, task);
}

type Say = (what: string) => void;

function checkNeeds(watch: Watch, { task, approved }: { key: string; task: StageTask; approved: Approved }, say: Say): void {
  const row = watch.plan.rows.find((candidate) => candidate.stage === task.stage);
  for (const need of watch.plan.rows.filter((candidate) => row?.needs.includes(candidate.stage))) {
    const items = keysOf(need, watch.scenes).filter(({ scene }) => scene === null || task.scene === null || scene === task.scene);
    for (const { key } of items) {
      if (!watch.made.has(key)) say(`started before ${key}`);
      if (watch.running.has(key)) say(`started while ${key} is made again`);
    }
    const generations = items.map(({ key }) => watch.made.get(key));
    const expected = need.each && task.scene === null ? generations : generations[0];
    if (JSON.stringify(task.needs[need.stage]) !== JSON.stringify(expected)) say(`got other generations of ${need.stage}`);
    for (const subject of subjectsFor(need, task.scene, watch.scenes)) {
      const done = need.gate && approved[need.gate.name];
      if (done !== 'all' && !done?.includes(subject)) say(`started before the approval of ${need.stage}, scene ${subject}`);
    }
  }
}

function subjectsFor(need: FrozenRow, scene: number | null, scenes: number): number[] {
  if (!need.gate) return [];
  if (need.gate.name === 'script') return [0];
  return scene === null ? sceneNumbers(scenes) : [scene];
}

function checkRemake(watch: Watch, task: StageTask, { approved, say }: { approved: Approved; say: Say }): void {
  if (task.generation > 1 && !watch.plan.rows.some(({ stage, gate }) => gate && (stage === task.stage || gate.remakes.includes(task.stage)))) {
    say('was remade by no gate');
  }
  if (!task.remake) return;
  const decision = delivered(watch.simulation).find(({ decision_id }) => decision_id === task.remake?.decision_id);
  if (!decision) return say('was remade by nobody');
  if (decision.edits) return;
  const done = approved[decision.gate];
  const kept = done === 'all' ? 'all' : (task.remake.scenes ?? [0]).find((scene) => done?.includes(scene));
  if (kept !== undefined) say(`remakes ${kept}, which is approved`);
}

function checkPercent(watch: Watch, task: StageTask, say: Say): void {
  const { before, after } = task.percent;
  if (before < watch.percent) say(`goes back from ${watch.percent} to ${before} percent`);
  if (!Number.isInteger(before) || before < 0 || after < before || after > 100) say(`goes from ${before} to ${after} percent`);
  if ((after === 100) !== task.final) say(`ends at ${after} percent, final ${task.final}`);
  watch.percent = before;
}

function seeEnd(watch: Watch, { key, task, how }: { key: string; task: StageTask; how: 'done' | 'failed' | 'parked' }): void {
  watch.running.delete(key);
  if (how === 'failed') watch.failed = true;
  if (how !== 'done') return;
  watch.made.set(key, task.generation);
  if (task.final) watch.final = key;
}

function seeResult(watch: Watch, result: RunResult): void {
  const say = (what: string) => void watch.breaks.push(`The run ${what}`);
  if (watch.running.size > 0) say(`ended while ${[...watch.running.keys()].join(', ')} ran`);
  const missing = watch.plan.rows.flatMap((row) => keysOf(row, watch.scenes)).filter(({ key }) => !watch.made.has(key));
  if (result.kind === 'completed') {
    if (missing.length > 0) say(`completed without ${missing.map(({ key }) => key).join(', ')}`);
    if (watch.failed) say('completed after a failure');
    if (result.closed !== (watch.final !== null)) say(`says closed ${result.closed}, but its last item was ${watch.final}`);
    for (const unmet of changesNotMade(watch)) say(`forgot ${unmet}`);
  } else {
    if (result.failures.length === 0) say('failed without a failure');
    if (result.failures.some(({ code }) => code === 'internal_error')) say('got stuck');
    if (watch.final !== null) say('failed after its last item had completed the job');
    const earliest = watch.plan.rows.find(({ stage }) => result.failures.some((failure) => failure.stage === stage));
    if (result.resumable_from !== earliest?.stage) say(`is resumable from ${result.resumable_from}, not ${earliest?.stage}`);
  }
  for (const view of watch.simulation.views.values()) if (view.open) say(`ended with gate ${view.gate} open`);
  checkFates(watch, say);
  checkApprovals(watch, say);
}

function delivered(simulation: Simulation): DecisionSignal[] {
  return simulation.log.flatMap((happening) => (happening.kind === 'delivered' ? [happening.decision] : []));
}

function settled(simulation: Simulation) {
  return simulation.log.flatMap((happening) => (happening.kind === 'settled' ? [happening] : []));
}

function checkFates(watch: Watch, say: Say): void {
  for (const { decision_id } of delivered(watch.simulation)) {
    const fates = settled(watch.simulation).filter(({ decision }) => decision.decision_id === decision_id).map(({ fate }) => fate);
    const final = fates.filter((fate) => fate !== 'early');
    if (final.length !== 1 || fates.at(-1) !== final[0] || fates.length > 2) say(`gave decision ${decision_id} the fates [${fates.join(', ')}]`);
  }
}

/** Whatever counts as approved was approved by somebody: in the plan, by a decision that was applied, by a deadline. */
function checkApprovals(watch: Watch, say: Say): void {
  for (const gate of watch.simulation.state?.gates.values() ?? []) {
    const before = watch.plan.rows.find(({ stage }) => stage === gate.stage)?.gate?.approved ?? [];
    const applied = settled(watch.simulation).filter(({ fate, decision }) => fate === 'applied' && decision.gate === gate.name && decision.decision === 'approved');
    for (const scene of gate.approved) {
      const covers = ({ decision }: { decision: DecisionSignal }) => !decision.scenes?.length || decision.scenes.includes(scene) || gate.name === 'script';
      if (before !== 'all' && !before.includes(scene) && !applied.some(covers)) say(`approved ${gate.name}, scene ${scene}, by itself`);
    }
  }
}

/** Requested changes of a completed run that no piece of work was made for. */
function changesNotMade(watch: Watch): string[] {
  const remakesOf = (name: Gate) => watch.plan.rows.find(({ gate }) => gate?.name === name)?.gate?.remakes ?? [];
  const made = watch.simulation.log.flatMap((happening) => (happening.kind === 'ended' && happening.how === 'done' ? [happening.task] : []));
  return settled(watch.simulation)
    .filter(({ fate, decision }) => fate === 'applied' && (decision.decision === 'changes_requested' || Boolean(decision.edits)))
    .flatMap(({ decision }) => remakesOf(decision.gate).map((stage) => ({ stage, id: decision.decision_id })))
    .filter(({ stage, id }) => !made.some((task) => task.stage === stage && task.remake?.decision_id === id))
    .map(({ stage, id }) => `to remake ${stage} for ${id}`);
}
