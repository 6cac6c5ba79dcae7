import type { JobRequestOf } from '../../contracts/job.schema';
import type { VoiceSnapshot } from '../../contracts/snapshot';
import { findUsableAvatar } from './avatar-output';
import { planVoice } from './planning';
import { resolveMedia, type Preparation, type PreparedJob } from './preparation';

/**
 * A voice sample becomes the frozen payload of a voice profile. An avatar that is to get the voice is frozen in its latest
 * version: what the new one takes over is what its requester could see.
 */
export async function prepareVoice(preparation: Preparation, request: JobRequestOf<'voice_cloning'>): Promise<PreparedJob> {
  const avatar = request.avatar_id ? await findUsableAvatar(preparation, { avatar_id: request.avatar_id }) : null;
  const [sample] = await resolveMedia(preparation, [{ pointer: '/voice_sample', ...request.voice_sample }]);
  if (!sample) throw new Error('A sample that was resolved is there.');
  const snapshot: VoiceSnapshot = {
    contract: 'v3',
    job_type: 'voice_cloning',
    avatar: avatar && { avatar_id: avatar.avatar_id, version: avatar.version, identity: avatar.identity },
    name: request.name ?? null,
    voice_sample: sample,
    consent: request.consent,
  };
  return {
    snapshot,
    plan: planVoice(snapshot, preparation.deps.settings.routing),
    mode: null,
    route: 'voice_cloning',
    avatar: avatar && { avatar_id: avatar.avatar_id, version: null },
    parent_job_id: null,
    relies_on: avatar && { avatar_id: avatar.avatar_id, version: avatar.version, latest: true },
    seed: null,
  };
}
