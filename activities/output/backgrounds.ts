import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork } from '../stage-work';
import { requireSupport } from '../support';

/** The picture behind the subject in one scene. */
export const backgrounds: StageWork<'backgrounds', OutputInputs['backgrounds']> = {
  adapter: (adapters) => adapters.background,
  perform: ({ input, adapters, context }) => {
    requireSupport(adapters.background.supports(input));
    return adapters.background.perform(input, context);
  },
};
