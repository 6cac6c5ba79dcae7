import type { CreationInputs } from '../../workflows/avatar-creation.stages';
import { saveAvatarVersion } from '../../db/avatar-versions';
import type { StageWork } from '../stage-work';

/** Version 1 of a new avatar; its rows are written in the step's own transaction. */
export const persist: StageWork<'persist', CreationInputs['persist']> = {
  perform: ({ input }) => Promise.resolve({ avatar_id: input.avatar_id, version: 1 }),
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
