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

/** Family that is chosen first for each stage that asks for a capability. */
export function stageFamilies(familyOf: (capability: CapabilityName) => string | undefined): Partial<Record<StageName, string>> {
  const families: Partial<Record<StageName, string>> = {};
  for (const [stage, capability] of capabilities()) {
    const family = familyOf(capability);
    if (family !== undefined) families[stage] = family;
  }
  return families;
}

function capabilities(): [StageName, CapabilityName][] {
  return Object.entries(STAGE_CAPABILITIES) as [StageName, CapabilityName][];
}

/** Queue of each work stage, from the traits of the adapter that was chosen for its capability. */
export function stageQueues(queueOf: (capability: CapabilityName) => ActivityQueue): Partial<Record<StageName, ActivityQueue>> {
  const queues: Partial<Record<StageName, ActivityQueue>> = {};
  for (const stage of ALWAYS_MEDIA) queues[stage] = 'media';
  for (const [stage, capability] of capabilities()) queues[stage] = queueOf(capability);
  return queues;
}
