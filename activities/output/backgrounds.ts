import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork } from '../stage-work';
import { requireSupport } from '../support';

/** The picture behind the subject in one scene. */
export const backgrounds: StageWork<'backgrounds', OutputInputs['backgrounds']> = {
  adapter: (deps) => deps.adapters.background,
  perform: ({ input, deps, context }) => {
    requireSupport(deps.adapters.background.supports(input));
    return deps.adapters.background.perform(input, context);
  },
};
