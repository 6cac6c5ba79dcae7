import type { OutputInputs } from '../../workflows/avatar-output.stages';
import type { StitchScene } from '../../adapters/capabilities/assembly';
import type { StageWork } from '../stage-work';

type Input = OutputInputs['stitch'];

/** The critical join: one timeline, one voice track, captions, continuity checks and a rough cut to look at. */
export const stitch: StageWork<'stitch', Input> = {
  adapter: () => ({ family: 'local', model: 'assembly-1', traits: { cost: 'free' } }),
  perform: async ({ input, job, adapters, context }) => {
    const scenes = input.scenes.map(sceneOf);
    const { timeline, ...made } = await adapters.assembly.stitch({ ...input, scenes, job_id: job.job_id }, context);
    return { ...made, timeline: await context.storeJson('timeline', timeline) };
  },
};

function sceneOf({ storyboard, speech, background, preview, cutaways }: Input['scenes'][number]): StitchScene {
  if (!speech || !background || !preview) throw new Error(`Scene ${storyboard.scene} is not complete.`);
  return {
    storyboard,
    duration_ms: speech.duration_ms,
    speech: speech.audio,
    timing: speech.timing,
    background: background.image,
    preview,
    cutaways,
  };
}
