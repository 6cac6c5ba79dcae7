import type { Pose } from '../../contracts/media';
import type { VideoAdapter } from '../capabilities/video';
import { sizeOf, supportsLength, type FalWork } from './purchase';
import { billedSeconds, falEstimate } from './tariff';

/** Sizes that the model knows by name; what is asked for is the least that is not smaller than the film. */
const RESOLUTIONS = [480, 720, 1080] as const;

const MOVEMENTS: Record<Pose['name'], string> = {
  neutral: 'stays calm',
  nod: 'nods now and then',
  shake: 'shakes the head slightly now and then',
  lean_in: 'leans in towards the camera',
  tilt: 'tilts the head slightly',
  emphasise: 'underlines the words with small gestures',
};

/** A scene's first frame, composed here, brought to life: the person speaks into the camera, so that lips can be fitted afterwards. */
export function createFalVideo({ info, model, finishing, buy }: FalWork<'video'>): VideoAdapter {
  return {
    ...info,
    estimate: (request) => falEstimate(model, sizeOf(request)),
    supports: ({ duration_ms }) => supportsLength(model, duration_ms),
    perform: async (request, context) => {
      const { framing, pose, size, duration_ms, note } = request;
      const image_url = await finishing.firstFrame(request, context);
      const input = {
        prompt: promptOf(pose, note),
        duration: String(billedSeconds(model, duration_ms)),
        resolution: resolutionFor(Math.min(size.width, size.height)),
        seed: (request.seed * 1_000 + request.scene) % 2_147_483_647,
      };
      const clip = await buy({ input, media: { image_url }, size: sizeOf(request) }, context);
      const preview = await finishing.preview(clip, Math.floor(duration_ms / 2), context);
      return { layers: null, clip, preview, framing, pose };
    },
  };
}

function promptOf(pose: Pose, note: string | null): string {
  const person = `The person looks into the camera, speaks naturally and ${MOVEMENTS[pose.name]}. The background keeps still.`;
  return note ? `${person} ${note}` : person;
}

function resolutionFor(short: number): string {
  return `${RESOLUTIONS.find((side) => side >= short) ?? 1080}p`;
}
