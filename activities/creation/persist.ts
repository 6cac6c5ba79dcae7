import type { CreationInputs } from '../../workflows/avatar-creation.stages';
import { findNextVersion, saveAvatarVersion } from '../../db/avatar-versions';
import type { StageWork } from '../stage-work';

/** A new avatar, or a new version of one that is made again; its rows are written in the step's own transaction. */
export const persist: StageWork<'persist', CreationInputs['persist']> = {
  perform: async ({ input, job, deps }) => ({
    avatar_id: input.avatar_id,
    version: await findNextVersion(deps.pool, input.avatar_id, job.job_id),
  }),
  commit: async (db, { output, input, job, now }) => {
    await saveAvatarVersion(db, {
      avatar_id: output.avatar_id,
      tenant: job.tenant,
      name: input.name,
      version: output.version,
      created_by_job: job.job_id,
      identity: input.identity,
      voice_profile: input.voice_profile,
      consent: input.consent,
      now,
    });
  },
};
