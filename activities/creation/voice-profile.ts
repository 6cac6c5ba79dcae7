import type { CreationInputs } from '../../workflows/avatar-creation.stages';
import { StageFault } from '../faults';
import { requireSupport } from '../support';
import type { StageWork } from '../stage-work';

/** A voice sample to a voice profile that says honestly what it is. */
export const voiceProfile: StageWork<'voice_profile', CreationInputs['voice_profile']> = {
  adapter: (adapters) => adapters.voice,
  perform: ({ input, adapters, context }) => {
    if (!input.sample) throw new StageFault('voice_sample_undecodable', 'There is no voice sample.');
    const request = { ...input, sample: input.sample };
    requireSupport(adapters.voice.supports(request));
    return adapters.voice.perform(request, context);
  },
};
