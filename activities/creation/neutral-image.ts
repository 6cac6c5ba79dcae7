import type { CreationInputs } from '../../workflows/avatar-creation.stages';
import type { StageWork } from '../stage-work';

/** The consistent baseline of the avatar: neutral image, cut-out plate and face mesh. */
export const neutralImage: StageWork<'neutral_image', CreationInputs['neutral_image']> = {
  adapter: (deps) => deps.adapters.image,
  perform: ({ input, deps, context }) => deps.adapters.image.neutralImage(input, context),
};
