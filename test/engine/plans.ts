import type { DecisionSignal, FrozenPlan } from '../../contracts/plan';
import type { Gate, Mode } from '../../contracts/vocabulary';
import { plan, type Known, type PlanRequest } from '../../workflows/plan';
import { tableOf } from '../../workflows/tables';
import { simulate, type Driver, type Simulation } from './simulation';

export interface PlanOptions {
  gates?: Gate[];
  mode?: Mode;
  known?: Known;
  approved?: PlanRequest['approved'];
  scenes?: number | null;
  concurrency?: number;
  deadline_ms?: number | null;
  on_deadline?: 'fail' | 'approve' | null;
}

/** The plan of an output job as the door freezes it. */
export function outputPlan(options: PlanOptions = {}): FrozenPlan {
  const { gates = [], mode = 'multi_scene', known = {}, approved = {}, scenes = null, concurrency = 8, deadline_ms = null, on_deadline = null } = options;
  const cutaways = mode === 'b_roll' || mode === 'pose';
  const route = tableOf('avatar_output').map((row) => row.stage).filter((stage) => cutaways || stage !== 'broll_pose');
  return plan({ table: 'avatar_output', route, queues: {}, gates: { names: gates, deadline_ms, on_deadline }, known, approved, scenes, take: '', concurrency });
}

/** Stages and scenes that were started, in order; `#2` stands behind a second generation. */
export function started({ log }: Simulation): string[] {
  return log.flatMap((happening) => {
    if (happening.kind !== 'started') return [];
    const { generation } = happening.task;
    return [generation === 1 ? happening.key : `${happening.key}#${generation}`];
  });
}

export function fatesOf({ log }: Simulation): string[] {
  return log.flatMap((happening) => (happening.kind === 'settled' ? [`${happening.decision.decision_id} ${happening.fate}`] : []));
}

export function decision(id: string, gate: Gate, rest: Partial<DecisionSignal> = {}): DecisionSignal {
  return { decision_id: id, gate, decision: 'approved', revision: 1, scenes: null, decided_by: 'rev@example.com', ...rest };
}

/** A world in which all work goes well, in the order it started; `story` says what happens whenever nothing runs. */
export function calmWorld(scenes: { first: number; later: number }, story: ((simulation: Simulation) => void)[] = [], failing: readonly string[] = []): Driver {
  return {
    next: (simulation) => {
      const [first] = simulation.running.keys();
      if (first === undefined) {
        const step = story.shift();
        if (!step) throw new Error(`Nothing runs, and the story is over. Started: ${started(simulation).join(', ')}`);
        return step(simulation);
      }
      if (failing.includes(first)) return simulation.fail(first);
      const generation = simulation.running.get(first)?.task.generation ?? 1;
      simulation.finish(first, first === 'storyboard' ? { scenes: generation === 1 ? scenes.first : scenes.later } : {});
    },
  };
}

export async function play(options: PlanOptions, world: { scenes: number; laterScenes?: number; story?: ((simulation: Simulation) => void)[]; failing?: string[] }) {
  const scenes = { first: world.scenes, later: world.laterScenes ?? world.scenes };
  return simulate(outputPlan(options), calmWorld(scenes, world.story, world.failing));
}
