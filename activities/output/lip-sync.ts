import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork } from '../stage-work';
import { requireSupport } from '../support';

/** Mouth, eyes and head for one scene's speech. */
export const lipSync: StageWork<'lip_sync', OutputInputs['lip_sync']> = {
  adapter: (deps) => deps.adapters.lip_sync,
  perform: ({ input, deps, context }) => {
    requireSupport(deps.adapters.lip_sync.supports(input));
    return deps.adapters.lip_sync.perform(input, context);
  },
};
