import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork } from '../stage-work';
import { requireSupport } from '../support';

/** One scene composed: subject, framing, light and camera, without lips. */
export const sceneAssets: StageWork<'scene_assets', OutputInputs['scene_assets']> = {
  adapter: (adapters) => adapters.video,
  perform: ({ input, adapters, context }) => {
    requireSupport(adapters.video.supports(input));
    return adapters.video.perform(input, context);
  },
};
