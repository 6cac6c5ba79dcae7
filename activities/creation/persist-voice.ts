import { findNextVersion, lockUsableAvatar, saveAvatarVersion } from '../../db/avatar-versions';
import type { VoiceInputs } from '../../workflows/voice-cloning.stages';
import { StageFault } from '../faults';
import type { StageWork } from '../stage-work';

type Input = VoiceInputs['persist'];

/** A new version of an avatar: the identity it had, the new voice, and the consent that came with it. */
export const persistVoice: StageWork<'persist', Input> = {
  perform: async ({ input, job, deps }) => {
    const { avatar_id } = avatarOf(input);
    return { avatar_id, version: await findNextVersion(deps.pool, avatar_id, job.job_id) };
  },
  commit: async (db, { output, input, job, now }) => {
    // It may have been deleted since the door let this job in; the lock keeps it from being deleted right now.
    if (!(await lockUsableAvatar(db, output.avatar_id))) throw new StageFault('avatar_revoked', 'The avatar was deleted meanwhile.');
    await saveAvatarVersion(db, {
      avatar_id: output.avatar_id,
      tenant: job.tenant,
      name: null,
      version: output.version,
      created_by_job: job.job_id,
      identity: avatarOf(input).identity,
      voice_profile: input.voice_profile,
      consent: input.consent,
      now,
    });
  },
};

function avatarOf({ avatar }: Input): NonNullable<Input['avatar']> {
  if (!avatar) throw new Error('A voice without an avatar has nothing to save.');
  return avatar;
}
