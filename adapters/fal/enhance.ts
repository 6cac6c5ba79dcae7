import type { AssetRef } from '../../contracts/media';
import type { WorkContext } from '../capabilities/adapter';
import type { EnhanceAdapter, EnhanceRequest } from '../capabilities/enhance';
import { sizeOf, supportsScene, type FalWork } from './purchase';
import { falEstimate } from './tariff';

/** Makes a scene larger and cleaner, then brings it into the film's form here, with what lies over the picture. */
export function createFalEnhance({ info, model, finishing, buy }: FalWork<'enhance'>): EnhanceAdapter {
  return {
    ...info,
    estimate: (request) => falEstimate(model, sizeOf(request)),
    supports: (request) => supportsScene(model, request),
    perform: async (request, context) => {
      const video_url = request.clip ?? (await clipOfLayers(request, context));
      const clip = await buy({ input: {}, media: { video_url }, size: sizeOf(request) }, context);
      const { layers: _, track: _track, clip: _clip, ...target } = request;
      return finishing.clip({ clip }, target, context);
    },
  };

  async function clipOfLayers({ layers, track, size, fps, duration_ms }: EnhanceRequest, context: WorkContext): Promise<AssetRef> {
    if (!layers) throw new Error('enhance needs a clip or layers');
    return (await finishing.sceneClip({ layers, track }, { size, fps, duration_ms }, context)).video;
  }
}
