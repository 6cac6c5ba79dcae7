import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork } from '../stage-work';
import { requireSupport } from '../support';

/** Cutaways over continuing speech, or a named pose's movement. */
export const brollPose: StageWork<'broll_pose', OutputInputs['broll_pose']> = {
  adapter: (deps) => deps.adapters.broll,
  perform: ({ input, deps, context }) => {
    requireSupport(deps.adapters.broll.supports(input));
    return deps.adapters.broll.perform(input, context);
  },
};
