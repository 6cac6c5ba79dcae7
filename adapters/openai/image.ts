import type { ImageAdapter, NeutralImageRequest } from '../capabilities/image';
import type { PaidOperation } from '../capabilities/paid-operation';
import { storedFile } from '../capabilities/stored-file';
import { buyAndFinish, ONE_CALL, paidAdapter } from '../paid-adapter';
import { OPENAI, type OpenaiTools } from './client';
import { pictureOperation } from './picture';
import { pictureCost, PORTRAIT_SIZE } from './prices';

/** What the picture must be so that a face can be cut out and moved; then how it may look. */
const PORTRAIT = [
  'A photorealistic head and shoulders portrait of the person in the picture. Keep the identity exactly:',
  'the same face shape, features, skin, age, hair, facial hair and glasses; flatter nothing and add nothing.',
  'The person faces the camera squarely with a level head and open eyes, a calm neutral expression and closed lips.',
  'Head and shoulders are whole inside the frame with room above the hair; nothing covers the face.',
  'Even soft light, sharp focus, plain light grey ground, one person only, no text.',
].join(' ');

/** The neutral image after the caller's photo. Plate, mesh and character sheet are made from it on our own machines. */
export function openaiImage(tools: OpenaiTools): ImageAdapter {
  const { finishing, tariff } = tools;
  const { model, portrait_quality } = tariff.image;
  const cost = pictureCost(tariff, PORTRAIT_SIZE, portrait_quality);
  return {
    ...paidAdapter('image', { family: OPENAI, model, traits: ONE_CALL }),
    supports: () => ({ ok: true }),
    estimate: (operation) => (operation === 'neutral_image' ? cost : { low: 0, high: 0 }),
    neutralImage(request, context) {
      return buyAndFinish(context, portraitOperation(tools, request), (stored) =>
        finishing.neutralImage({ picture: storedFile(OPENAI, stored, 'picture'), family: OPENAI }, request, context));
    },
    characterSheet: (request, context) => finishing.characterSheet(request, context),
  };
}

function portraitOperation(tools: OpenaiTools, { photo, rotation, style }: NeutralImageRequest): PaidOperation {
  const { portrait_quality, input_fidelity } = tools.tariff.image;
  const { width, height } = PORTRAIT_SIZE;
  const prompt = style === null ? PORTRAIT : `${PORTRAIT} Style, as far as the above allows it: ${style}`;
  const body = { prompt, size: `${width}x${height}`, quality: portrait_quality, input_fidelity, rotation };
  return pictureOperation(tools, { body, reference: photo, estimate: pictureCost(tools.tariff, PORTRAIT_SIZE, portrait_quality) });
}
