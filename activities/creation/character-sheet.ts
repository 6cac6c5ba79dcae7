import type { CreationInputs } from '../../workflows/avatar-creation.stages';
import type { StageWork } from '../stage-work';

/** The visual reference: views of the same face, and its colours. */
export const characterSheet: StageWork<'character_sheet', CreationInputs['character_sheet']> = {
  adapter: (adapters) => adapters.image,
  perform: ({ input, adapters, context }) => adapters.image.characterSheet(input, context),
};
