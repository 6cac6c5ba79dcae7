import type { FrozenRow } from '../contracts/plan';
import type { StageName } from '../contracts/vocabulary';
import type { CapabilityName } from './capabilities/adapter';

type ActivityQueue = FrozenRow['queue'];

/** Which capability a stage asks for. A stage that is missing here needs none and stays with the workflow's own queue. */
const STAGE_CAPABILITIES: Partial<Record<StageName, CapabilityName>> = {
  neutral_image: 'image',
  character_sheet: 'image',
  voice_profile: 'voice',
  script_context: 'plan',
  storyboard: 'plan',
  speech: 'speech',
  backgrounds: 'background',
  scene_assets: 'video',
  broll_pose: 'broll',
  lip_sync: 'lip_sync',
  enhance: 'enhance',
};

/** Stages that always compute on our own machines. */
const ALWAYS_MEDIA: readonly StageName[] = ['validate', 'stitch', 'output', 'cuts'];

/** Capabilities whose result is the person's face: another provider would give another face, so none takes over unasked. */
const BOUND_TO_IDENTITY: readonly CapabilityName[] = ['image'];

/** A family that may do a stage's work, and the queue on which that waits. */
export interface StageRoute {
  family: string;
  queue: ActivityQueue;
}

/** Where each stage's work runs and who does it, in the shape that plans are made of. */
export interface StageRouting {
  queues: Partial<Record<StageName, ActivityQueue>>;
  families: Partial<Record<StageName, string>>;
  /** Who takes over, in order, when the first cannot. */
  fallbacks: Partial<Record<StageName, StageRoute[]>>;
}

/** The capability that a stage asks for; null for one that asks for none. */
export function capabilityOf(stage: StageName): CapabilityName | null {
  return STAGE_CAPABILITIES[stage] ?? null;
}

/** Routing of every stage, from the ordered families of each capability. */
export function stageRouting(routesOf: (capability: CapabilityName) => StageRoute[]): StageRouting {
  const routing: StageRouting = { queues: {}, families: {}, fallbacks: {} };
  for (const stage of ALWAYS_MEDIA) routing.queues[stage] = 'media';
  for (const [stage, capability] of Object.entries(STAGE_CAPABILITIES) as [StageName, CapabilityName][]) {
    const [first, ...others] = routesOf(capability);
    if (!first) continue;
    routing.queues[stage] = first.queue;
    routing.families[stage] = first.family;
    if (others.length > 0 && !BOUND_TO_IDENTITY.includes(capability)) routing.fallbacks[stage] = others;
  }
  return routing;
}
