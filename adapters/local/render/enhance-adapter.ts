import path from 'node:path';
import type { EnhanceOutput } from '../../../contracts/stages';
import type { WorkContext } from '../../capabilities/adapter';
import type { EnhanceAdapter, EnhanceRequest } from '../../capabilities/enhance';
import type { SceneLayers } from '../../capabilities/video';
import type { ComputePool } from '../compute/pool';
import { readJsonFile } from './json-file';
import type { RenderSceneArgs } from './render-scene';
import { localAdapter } from '../local-adapter';

/** Version of renderer and encoder settings; raised when the same request would give another picture. */
const MODEL = 'raster-6';

/**
 * Renders a scene and encodes it once: layers with a face track, or a provider's clip brought into the film's form.
 * Rendering runs in a compute thread that feeds ffmpeg; an abort ends the thread, which closes the pipe and so ends ffmpeg.
 */
export function createLocalEnhance(pool: ComputePool, ffmpegPath: string): EnhanceAdapter {
  return {
    ...localAdapter('enhance', MODEL),
    supports: ({ layers, clip }) =>
      layers || clip
        ? { ok: true }
        : { ok: false, reason: 'There is neither a scene in layers nor a clip to work on.' },
    async perform(request, context) {
      const args = await openScene(request, context, ffmpegPath);
      const onProgress = (percent: number, note?: string): void => context.progress(percent, note);
      const { frames } = await pool.run('render.scene', args, { signal: context.signal, onProgress });
      const video = await context.store('scene_video', { path: args.output, content_type: 'video/mp4' });
      return { video, frames, size: request.size } satisfies EnhanceOutput;
    },
  };
}

async function openScene(
  request: EnhanceRequest,
  context: WorkContext,
  ffmpeg: string,
): Promise<RenderSceneArgs> {
  const { size, fps, duration_ms } = request;
  const cutaways = await Promise.all(
    request.cutaways.map(async ({ start_ms, end_ms, asset }) => ({
      start_ms,
      end_ms,
      file: await context.open(asset),
    })),
  );
  return {
    ffmpeg,
    output: path.join(context.dir, 'scene.mp4'),
    format: { size, fps },
    frames: Math.round((duration_ms * fps) / 1000),
    picture: await openPicture(request, context),
    cutaways,
    burn: request.burn ?? [],
    watermark: request.watermark,
  };
}

async function openPicture(
  { layers, clip, track }: EnhanceRequest,
  context: WorkContext,
): Promise<RenderSceneArgs['picture']> {
  if (clip) return { kind: 'clip', file: await context.open(clip) };
  if (!layers) throw new Error('enhance needs layers or a clip');
  const document = await readJsonFile<SceneLayers>(await context.open(layers));
  const files = {
    layers: document,
    plate: await context.open(document.plate),
    mesh: await context.open(document.mesh),
    background: await context.open(document.background),
    track: track ? await context.open(track) : null,
  };
  return { kind: 'layers', files };
}
