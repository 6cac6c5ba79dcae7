import { stageRouting } from '../../adapters/stage-routing';
import type { FrozenPlan } from '../../contracts/plan';
import type { CreationSnapshot, OutputSnapshot } from '../../contracts/snapshot';
import { AVATAR_CREATION } from '../../workflows/avatar-creation.stages';
import { AVATAR_OUTPUT } from '../../workflows/avatar-output.stages';
import { plan, routeOf } from '../../workflows/plan';

const { queues: QUEUES } = stageRouting((capability) => [{ family: 'local', queue: capability === 'plan' || capability === 'lip_sync' ? null : 'media' }]);

export function creationPlan(snapshot: CreationSnapshot): FrozenPlan {
  return plan({
    table: 'avatar_creation',
    route: routeOf<CreationSnapshot>(AVATAR_CREATION, snapshot),
    queues: QUEUES,
    gates: { names: [], deadline_ms: null, on_deadline: null },
    known: {},
    approved: {},
    scenes: null,
    take: '',
    concurrency: 8,
  });
}

export function outputPlan(snapshot: OutputSnapshot): FrozenPlan {
  return plan({
    table: 'avatar_output',
    route: routeOf<OutputSnapshot>(AVATAR_OUTPUT, snapshot),
    queues: QUEUES,
    gates: { names: snapshot.require_approval, deadline_ms: snapshot.approval_deadline_ms, on_deadline: snapshot.on_deadline },
    known: {},
    approved: {},
    scenes: null,
    take: '',
    concurrency: 8,
  });
}
