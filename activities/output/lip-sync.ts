import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork } from '../stage-work';
import { requireSupport } from '../support';

/** Mouth, eyes and head for one scene's speech. */
export const lipSync: StageWork<'lip_sync', OutputInputs['lip_sync']> = {
  adapter: (adapters) => adapters.lip_sync,
  perform: ({ input, adapters, context }) => {
    requireSupport(adapters.lip_sync.supports(input));
    return adapters.lip_sync.perform(input, context);
  },
};
