import type { WorkContext } from '../../adapters/capabilities/adapter';
import type { ValidateOutput } from '../../contracts/stages';
import type { CreationInputs } from '../../workflows/avatar-creation.stages';
import type { Adapters } from '../deps';
import type { StageWork } from '../stage-work';

/** Looks into the photos and the voice sample before anything is paid, and chooses the best photo. */
export const validate: StageWork<'validate', CreationInputs['validate']> = {
  adapter: () => ({ family: 'local', model: 'face-check-2', traits: { cost: 'free' } }),
  perform: ({ input, adapters, context }) => inspectMedia(adapters.inspector, input, context),
};

/**
 * A picture that is bought for a job whose voice sample is bad is bought in vain, so the sample is looked into here as well.
 * @throws PhotosRejected or VoiceSampleRejected
 */
export async function inspectMedia(
  inspector: Adapters['inspector'],
  { photos, voice_sample }: CreationInputs['validate'],
  context: WorkContext,
): Promise<ValidateOutput> {
  const chosen = await inspector.validatePhotos({ photos }, context);
  return voice_sample ? { ...chosen, voice_sample: await inspector.inspectSample(voice_sample, context) } : chosen;
}
