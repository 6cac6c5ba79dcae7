import type { FrozenPlan } from '../../contracts/plan';
import type { CreationSnapshot, OutputSnapshot } from '../../contracts/snapshot';
import { AVATAR_CREATION } from '../../workflows/avatar-creation.stages';
import { AVATAR_OUTPUT } from '../../workflows/avatar-output.stages';
import { plan, routeOf, type Known, type PlanRequest } from '../../workflows/plan';

/** Items of one job that run at the same time; more only wait for the same cores. */
const CONCURRENCY = 4;

const NO_GATES: PlanRequest['gates'] = { names: [], deadline_ms: null, on_deadline: null };

export function planCreation(snapshot: CreationSnapshot, queues: PlanRequest['queues']): FrozenPlan {
  return plan({
    table: 'avatar_creation',
    route: routeOf(AVATAR_CREATION, snapshot),
    queues,
    gates: NO_GATES,
    known: {},
    approved: {},
    scenes: null,
    take: '',
    concurrency: CONCURRENCY,
  });
}

/** What an output job has before it begins: nothing, or what its caller brought along as approved. */
export interface Brought {
  known: Known;
  approved: PlanRequest['approved'];
  scenes: number | null;
}

export function planOutput(snapshot: OutputSnapshot, queues: PlanRequest['queues'], brought: Brought): FrozenPlan {
  return plan({
    table: 'avatar_output',
    route: routeOf(AVATAR_OUTPUT, snapshot),
    queues,
    gates: {
      names: snapshot.require_approval,
      deadline_ms: snapshot.approval_deadline_ms,
      on_deadline: snapshot.approval_deadline_ms === null ? null : (snapshot.on_deadline ?? 'fail'),
    },
    known: brought.known,
    approved: brought.approved,
    scenes: brought.scenes,
    take: '',
    concurrency: CONCURRENCY,
  });
}
