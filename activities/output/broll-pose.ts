import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork } from '../stage-work';
import { requireSupport } from '../support';

/** Cutaways over continuing speech, or a named pose's movement. */
export const brollPose: StageWork<'broll_pose', OutputInputs['broll_pose']> = {
  adapter: (adapters) => adapters.broll,
  perform: ({ input, adapters, context }) => {
    requireSupport(adapters.broll.supports(input));
    return adapters.broll.perform(input, context);
  },
};
