import type { SpeechTiming } from '../../contracts/media';
import type { EnhanceRequest } from '../../adapters/capabilities/enhance';
import type { OutputInputs } from '../../workflows/avatar-output.stages';
import { readDocument } from '../documents';
import type { StageWork, Work } from '../stage-work';
import { requireSupport } from '../support';

type Input = OutputInputs['enhance'];

/** The finished picture of one scene, encoded once. */
export const enhance: StageWork<'enhance', Input> = {
  adapter: (adapters) => adapters.enhance,
  perform: async (work) => {
    const { adapters, context } = work;
    const request = await requestOf(work);
    requireSupport(adapters.enhance.supports(request));
    return adapters.enhance.perform(request, context);
  },
};

async function requestOf({ input, adapters, context }: Work<Input>): Promise<EnhanceRequest> {
  if (!input.burn) return { ...input, burn: null };
  const timing = await readDocument<SpeechTiming>(context, input.burn);
  return { ...input, burn: adapters.assembly.sceneCues(timing) };
}
