import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork } from '../stage-work';
import { requireSupport } from '../support';

/** One scene's speech with word, phone and viseme times; durations of everything below come from here. */
export const speech: StageWork<'speech', OutputInputs['speech']> = {
  adapter: (adapters) => adapters.speech,
  perform: ({ input, adapters, context }) => {
    requireSupport(adapters.speech.supports(input));
    return adapters.speech.perform(input, context);
  },
};
