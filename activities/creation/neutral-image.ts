import type { CreationInputs } from '../../workflows/avatar-creation.stages';
import type { StageWork } from '../stage-work';

/** The consistent baseline of the avatar: neutral image, cut-out plate and face mesh. */
export const neutralImage: StageWork<'neutral_image', CreationInputs['neutral_image']> = {
  adapter: (adapters) => adapters.image,
  perform: ({ input, adapters, context }) => adapters.image.neutralImage(input, context),
};
