import path from 'node:path';
import type { SceneAssetsOutput } from '../../../contracts/stages';
import type { WorkContext } from '../../capabilities/adapter';
import type { SceneAssetsRequest, SceneLayers, VideoAdapter } from '../../capabilities/video';
import type { ComputePool } from '../compute/pool';
import { createRandom } from '../random';
import { localAdapter } from '../local-adapter';

/** Version of placement and camera; raised when the same request would give other layers. */
const MODEL = 'layers-3';

/**
 * A scene as layers: where the cut-out subject stands in front of its background, and how the camera comes closer.
 * Nothing is encoded here; `enhance` renders the layers once the face track is known.
 */
export function createLocalVideo(pool: ComputePool): VideoAdapter {
  return {
    ...localAdapter('video', MODEL),
    supports: ({ size }) =>
      size.width % 2 === 0 && size.height % 2 === 0
        ? { ok: true }
        : { ok: false, reason: 'The frame needs an even width and height.' },
    perform: (request, context) => makeLayers(pool, request, context),
  };
}

async function makeLayers(
  pool: ComputePool,
  request: SceneAssetsRequest,
  context: WorkContext,
): Promise<SceneAssetsOutput> {
  const { size, framing, pose } = request;
  const [plate, mesh, background] = await Promise.all(
    [request.plate, request.mesh, request.background].map((asset) => context.open(asset)),
  );
  if (!plate || !mesh || !background) throw new Error('three assets were opened');
  const signal = context.signal;
  const placement = await pool.run('render.place', { plate, mesh, framing, size }, { signal });
  context.progress(30, 'placed');
  const layers: SceneLayers = {
    size,
    fps: request.fps,
    frames: Math.round((request.duration_ms * request.fps) / 1000),
    plate: request.plate,
    mesh: request.mesh,
    background: request.background,
    light: request.light,
    framing,
    pose,
    placement,
    camera: chooseCamera(request),
    seed: request.seed,
  };
  const output = path.join(context.dir, 'preview.jpg');
  await pool.run(
    'render.preview',
    { files: { layers, plate, mesh, background, track: null }, output },
    { signal },
  );
  context.progress(90, 'preview');
  return {
    layers: await context.storeJson('layers', layers),
    clip: null,
    preview: await context.store('scene_preview', { path: output, content_type: 'image/jpeg' }),
    framing,
    pose,
  };
}

/** Push-in per second, so that long scenes do not end in a close-up of the nose, and its limit. */
const PUSH_PER_SECOND = 0.006;
const LARGEST_PUSH = 0.06;

/** A slow push-in; one scene in three goes the other way, chosen by seed and scene. */
function chooseCamera({ seed, scene, duration_ms }: SceneAssetsRequest): SceneLayers['camera'] {
  const push =
    Math.round(Math.min(LARGEST_PUSH, 0.012 + (PUSH_PER_SECOND * duration_ms) / 1000) * 10_000) / 10_000;
  const outward = createRandom(`camera ${seed} ${scene}`)() < 1 / 3;
  return outward ? { zoom_from: 1 + push, zoom_to: 1 } : { zoom_from: 1, zoom_to: 1 + push };
}
