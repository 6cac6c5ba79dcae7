import type { BackgroundAdapter, BackgroundRequest } from '../capabilities/background';
import { sizeOf, type FalWork } from './purchase';
import { falEstimate } from './tariff';

const LARGEST_SIDE = 2_048;

/** Paints a scene's background from words. A picture of the caller's own is only fitted, here and for nothing. */
export function createFalBackground({ info, model, finishing, buy }: FalWork<'background'>): BackgroundAdapter {
  return {
    ...info,
    estimate: (request) => (request.visual.background.asset ? { low: 0, high: 0 } : falEstimate(model, sizeOf(request))),
    supports: ({ size }) =>
      Math.max(size.width, size.height) <= LARGEST_SIDE ? { ok: true } : { ok: false, reason: `${model.model} paints up to ${LARGEST_SIDE} pixels a side.` },
    perform: async (request, context) => {
      const own = request.visual.background.asset;
      if (own) return finishing.background({ picture: own, description: "the caller's own picture", family: 'fal' }, request, context);
      const prompt = promptOf(request);
      const input = { prompt, image_size: request.size, seed: (request.seed * 1_000 + request.scene) % 2_147_483_647 };
      const picture = await buy({ input, media: {}, size: sizeOf(request) }, context);
      return finishing.background({ picture, description: `painted: ${prompt}`, family: 'fal' }, request, context);
    },
  };
}

/** The prompt, or the planner's words, and the newest wish after them; people would stand beside the subject. */
function promptOf({ visual, note }: BackgroundRequest): string {
  const scene = visual.background.prompt ?? `${visual.place}, ${visual.time_of_day}, ${visual.mood} mood`;
  return [scene, note, 'empty scene without people or lettering, photograph'].filter(Boolean).join(', ');
}
