import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork } from '../stage-work';
import { requireSupport } from '../support';

/** One scene composed: subject, framing, light and camera, without lips. */
export const sceneAssets: StageWork<'scene_assets', OutputInputs['scene_assets']> = {
  adapter: (deps) => deps.adapters.video,
  perform: ({ input, deps, context }) => {
    requireSupport(deps.adapters.video.supports(input));
    return deps.adapters.video.perform(input, context);
  },
};
