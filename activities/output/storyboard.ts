import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StageWork, Work } from '../stage-work';
import { editScenes } from './edits';

type Input = OutputInputs['storyboard'];

/** The scenes: transcript, place and mood, framing and pose. A reviewer's edits replace words in what they saw. */
export const storyboard: StageWork<'storyboard', Input> = {
  adapter: (adapters) => adapters.plan,
  perform: async (work) => {
    const scenes = await planScenes(work);
    return { scenes, document: await work.context.storeJson('storyboard', { scenes: scenes.map(documentScene) }) };
  },
  scenes: (output) => output.scenes.length,
};

async function planScenes({ input, adapters, context }: Work<Input>) {
  const { edits, ...request } = input;
  if (edits && input.previous) return editScenes(input.previous, edits);
  const planned = await adapters.plan.storyboard(request, context);
  return planned.scenes;
}

function documentScene({ scene, transcript, pose, visual, estimated_ms }: Awaited<ReturnType<typeof planScenes>>[number]) {
  return { scene, transcript, pose, visual, estimated_ms };
}
