import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork } from '../stage-work';
import { editedScript } from './edits';

/** The script as it will be spoken: the caller's, one written from a brief, or a reviewer's own words. */
export const scriptContext: StageWork<'script_context', OutputInputs['script_context']> = {
  adapter: (adapters) => adapters.plan,
  perform: async ({ input, adapters, context }) => {
    const edited = editedScript(input.edits);
    const { edits: _, ...request } = input;
    const made = await adapters.plan.script(edited === null ? request : { ...request, script: edited, brief: null, scenes: null }, context);
    return edited === null ? made : { ...made, source: 'edited' };
  },
};
