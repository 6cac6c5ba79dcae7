import type { CreationInputs } from '../../workflows/avatar-creation.stages';
import type { StageWork } from '../stage-work';

/** Looks into the photos before anything is paid, and chooses the best. */
export const validate: StageWork<'validate', CreationInputs['validate']> = {
  adapter: () => ({ family: 'local', model: 'face-check-1', traits: { cost: 'free' } }),
  perform: ({ input, adapters, context }) => adapters.inspector.validatePhotos(input, context),
};
