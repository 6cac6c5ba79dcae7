import type { CapabilityName } from '../adapters/capabilities/adapter';
import type { StageName } from '../contracts/vocabulary';
import type { PlanRequest } from '../workflows/plan';

/** The capability that does a stage's work; the others compute on this machine whatever is configured. */
const CAPABILITY_OF: Partial<Record<StageName, CapabilityName>> = {
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

/** Local work that takes a noticeable share of a core; the rest stays with the workflow, which saves a hop. */
const LOCAL_MEDIA: readonly StageName[] = [
  'validate', 'neutral_image', 'character_sheet', 'voice_profile', 'speech', 'backgrounds', 'scene_assets', 'stitch',
  'lip_sync', 'enhance', 'output', 'cuts',
];

/** Where each stage's work runs: by the family that is configured first for its capability. */
export function queuesFor(providers: Record<CapabilityName, string[]>): PlanRequest['queues'] {
  const local = LOCAL_MEDIA.map((stage) => [stage, 'media'] as const);
  const remote = Object.entries(CAPABILITY_OF)
    .filter(([, capability]) => (providers[capability][0] ?? 'local') !== 'local')
    .map(([stage]) => [stage, 'provider'] as const);
  return Object.fromEntries([...local, ...remote]);
}
