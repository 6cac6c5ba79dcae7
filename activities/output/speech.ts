import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork } from '../stage-work';
import { requireSupport } from '../support';

/** One scene's speech with word, phone and viseme times; durations of everything below come from here. */
export const speech: StageWork<'speech', OutputInputs['speech']> = {
  adapter: (deps) => deps.adapters.speech,
  perform: ({ input, deps, context }) => {
    requireSupport(deps.adapters.speech.supports(input));
    return deps.adapters.speech.perform(input, context);
  },
};
