import type { FrozenPlan, TableName } from '../../contracts/plan';
import type { CreationSnapshot, MarketingSnapshot, OutputSnapshot, VoiceSnapshot } from '../../contracts/snapshot';
import { AVATAR_CREATION } from '../../workflows/avatar-creation.stages';
import { AVATAR_OUTPUT } from '../../workflows/avatar-output.stages';
import { MARKETING_CUT } from '../../workflows/marketing-cut.stages';
import { plan, routeOf, type Known, type PlanRequest } from '../../workflows/plan';
import { VOICE_CLONING } from '../../workflows/voice-cloning.stages';

/** Items of one job that run at the same time; more only wait for the same cores. */
const CONCURRENCY = 4;

/** Where each stage's work runs and who does it, as the environment chose. */
export type Routing = Pick<PlanRequest, 'queues' | 'families' | 'fallbacks'>;

const NO_GATES: PlanRequest['gates'] = { names: [], deadline_ms: null, on_deadline: null };

export function planCreation(snapshot: CreationSnapshot, routing: Routing): FrozenPlan {
  return planPlain('avatar_creation', routeOf(AVATAR_CREATION, snapshot), routing);
}

export function planVoice(snapshot: VoiceSnapshot, routing: Routing): FrozenPlan {
  return planPlain('voice_cloning', routeOf(VOICE_CLONING, snapshot), routing);
}

export function planCuts(snapshot: MarketingSnapshot, routing: Routing): FrozenPlan {
  return planPlain('marketing_cut', routeOf(MARKETING_CUT, snapshot), routing);
}

/** A job without gates, scenes and anything known beforehand. */
function planPlain(table: TableName, route: PlanRequest['route'], routing: Routing): FrozenPlan {
  const nothing = { known: {}, approved: {}, scenes: null, take: '' };
  return plan({ table, route, ...routing, gates: NO_GATES, ...nothing, concurrency: CONCURRENCY });
}

/** What an output job has before it begins: nothing, or what its caller brought along as approved. */
export interface Brought {
  known: Known;
  approved: PlanRequest['approved'];
  scenes: number | null;
}

export function planOutput(snapshot: OutputSnapshot, routing: Routing, brought: Brought): FrozenPlan {
  return plan({
    table: 'avatar_output',
    route: routeOf(AVATAR_OUTPUT, snapshot),
    ...routing,
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
