import type { SpeechTiming } from '../../contracts/media';
import type { EnhanceRequest } from '../../adapters/capabilities/enhance';
import type { OutputInputs } from '../../workflows/avatar-output.stages';
import { readDocument } from '../documents';
import type { StageWork, Work } from '../stage-work';
import { requireSupport } from '../support';

type Input = OutputInputs['enhance'];

/** The finished picture of one scene, encoded once. */
export const enhance: StageWork<'enhance', Input> = {
  adapter: (deps) => deps.adapters.enhance,
  perform: async (work) => {
    const { deps, context } = work;
    const request = await requestOf(work);
    requireSupport(deps.adapters.enhance.supports(request));
    return deps.adapters.enhance.perform(request, context);
  },
};

async function requestOf({ input, deps, context }: Work<Input>): Promise<EnhanceRequest> {
  if (!input.burn) return { ...input, burn: null };
  const timing = await readDocument<SpeechTiming>(context, input.burn);
  return { ...input, burn: deps.adapters.assembly.sceneCues(timing) };
}
