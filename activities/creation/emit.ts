import type { CreationInputs } from '../../workflows/avatar-creation.stages';
import type { StageWork } from '../stage-work';

/** The last stage: its transaction stores `job.completed`, which the delivery of callbacks takes from there. */
export const emit: StageWork<'emit', CreationInputs['emit']> = {
  perform: ({ input }) => Promise.resolve(input),
};
