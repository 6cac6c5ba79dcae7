import path from 'node:path';
import type { LipSyncOutput } from '../../../contracts/stages';
import type { WorkContext } from '../../capabilities/adapter';
import type { LipSyncAdapter, LipSyncRequest } from '../../capabilities/lip-sync';
import type { SceneLayers } from '../../capabilities/video';
import type { ComputePool } from '../compute/pool';
import { readJsonFile } from './json-file';
import { localAdapter } from '../local-adapter';

/** Version of viseme forms and head motion; raised when the same speech would move a face differently. */
const MODEL = 'face-track-3';

/** Mouth, eyes and head for a scene's speech, as a track for the rig. It does not work on clips: they have no rig. */
export function createLocalLipSync(pool: ComputePool): LipSyncAdapter {
  return {
    ...localAdapter('lip_sync', MODEL, { queue: null }),
    supports: ({ layers }) =>
      layers
        ? { ok: true }
        : { ok: false, reason: 'The local lip sync moves layers; it cannot change the mouth in a clip.' },
    perform: (request, context) => animate(pool, request, context),
  };
}

async function animate(
  pool: ComputePool,
  request: LipSyncRequest,
  context: WorkContext,
): Promise<LipSyncOutput> {
  if (!request.layers) throw new Error('lip_sync needs layers');
  const { fps, duration_ms, seed, scene, pose } = request;
  const layers = await readJsonFile<SceneLayers>(await context.open(request.layers));
  const [timing, mesh, pose_track] = await Promise.all([
    context.open(request.timing),
    context.open(layers.mesh),
    request.pose_track ? context.open(request.pose_track) : null,
  ]);
  const output = path.join(context.dir, 'track.json');
  const track = await pool.run(
    'render.track',
    { timing, mesh, pose_track, pose, output, fps, duration_ms, scene, seed: seed * 1_000 + scene },
    { signal: context.signal },
  );
  context.progress(90, 'track');
  return {
    track: await context.storeJson('face_track', await readJsonFile(output)),
    clip: null,
    preview: null,
    closures: track.closures,
  };
}
