import type { JobRequestOf } from '../../contracts/job.schema';
import type { CreationSnapshot } from '../../contracts/snapshot';
import { planCreation } from './planning';
import { resolveMedia, type Preparation, type PreparedJob } from './preparation';

/** Photos, and perhaps a voice sample, become the frozen payload of a creation. */
export async function prepareCreation(
  preparation: Preparation,
  request: JobRequestOf<'avatar_creation'>,
): Promise<PreparedJob> {
  const { deps } = preparation;
  const inputs = request.photos.map((photo, index) => ({ pointer: `/photos/${index}`, ...photo }));
  const sample = request.voice_sample ? [{ pointer: '/voice_sample', ...request.voice_sample }] : [];
  const media = await resolveMedia(preparation, [...inputs, ...sample]);
  const avatarId = deps.newId('avatar');
  const snapshot: CreationSnapshot = {
    contract: 'v3',
    job_type: 'avatar_creation',
    avatar_id: avatarId,
    name: request.name ?? null,
    photos: media.slice(0, inputs.length),
    voice_sample: media[inputs.length] ?? null,
    consent: request.consent,
    style: request.style ?? null,
    seed: 1,
  };
  return {
    snapshot,
    plan: planCreation(snapshot, deps.settings.routing),
    mode: null,
    route: 'avatar_creation',
    avatar: { avatar_id: avatarId, version: null },
    parent_job_id: null,
    relies_on: null,
    seed: null,
  };
}
