import { readFile } from 'node:fs/promises';
import type { AssetRef } from '../../contracts/media';
import type { WorkContext } from '../capabilities/adapter';
import type { LipSyncAdapter, LipSyncRequest } from '../capabilities/lip-sync';
import type { SceneLayers } from '../capabilities/video';
import { supportsScene, type FalWork } from './purchase';
import { falEstimate } from './tariff';

/** Fits the mouth in a clip to the scene's speech. A scene in layers is made into a clip first, here and for nothing. */
export function createFalLipSync({ info, model, finishing, buy }: FalWork<'lip_sync'>): LipSyncAdapter {
  const sizeOf = ({ duration_ms }: LipSyncRequest) => ({ characters: 0, duration_ms, width: 0, height: 0 });
  return {
    ...info,
    estimate: (request) => falEstimate(model, sizeOf(request)),
    supports: (request) => supportsScene(model, request),
    perform: async (request, context) => {
      const video_url = request.clip ?? (await clipOfLayers(request, context));
      const clip = await buy({ input: {}, media: { video_url, audio_url: request.audio }, size: sizeOf(request) }, context);
      return { track: null, clip, preview: await finishing.preview(clip, Math.floor(request.duration_ms / 2), context), closures: 0 };
    },
  };

  async function clipOfLayers({ layers, fps, duration_ms }: LipSyncRequest, context: WorkContext): Promise<AssetRef> {
    if (!layers) throw new Error('lip_sync needs a clip or layers');
    // Wire parsing: a document that the video adapter has stored.
    const { size } = JSON.parse(await readFile(await context.open(layers), 'utf8')) as SceneLayers;
    return (await finishing.sceneClip({ layers, track: null }, { size, fps, duration_ms }, context)).video;
  }
}
