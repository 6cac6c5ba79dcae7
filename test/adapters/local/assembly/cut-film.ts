import type { AssemblyAdapter } from '../../../../adapters/capabilities/assembly';
import type { AssetRef } from '../../../../contracts/media';
import type { SourceOutput } from '../../../../contracts/stages';
import type { TestContext } from './test-context';
import { DURATIONS, makeSceneVideo, makeStitchRequest, makeTiming, makeTrack, SIZE, TEXTS } from './test-film';

/** Where each scene's mark is: a yellow square in place of a face. */
export const MARKS = [
  { x: 320, y: 130 },
  { x: 470, y: 130 },
  { x: 160, y: 130 },
];
export const MARK_SIDE = 40;

/** A finished film of three short scenes, whose subject stands somewhere else in each. */
export async function makeFilm(assembly: AssemblyAdapter, context: TestContext): Promise<SourceOutput> {
  const stitched = await assembly.stitch(await makeStitchRequest(context), context);
  const timings = TEXTS.map((text, at) => makeTiming(text, DURATIONS[at]!));
  const scenes: SourceOutput['scenes'] = [];
  const videos: { scene: number; video: AssetRef; frames: number }[] = [];
  for (const [at, bounds] of stitched.scenes.entries()) {
    const frames = DURATIONS[at]! / 40;
    videos.push({ scene: at + 1, frames, video: await makeMarkedVideo(context, at) });
    scenes.push({
      ...bounds,
      layers: await makeLayers(context, MARKS[at]!),
      track: await context.storeJson('face_track', makeTrack(timings[at]!, at === 0 ? 20 : -1)),
      timing: await context.storeJson('speech_timing', timings[at]),
      cutaways: [],
    });
  }
  const { audio_master, captions_srt, timeline, duration_ms } = stitched;
  const look = { size: SIZE, fps: 25 };
  const tracks = scenes.map(({ scene, track }) => ({ scene, track }));
  const { video } = await assembly.join({ scenes: videos, audio_master, captions_srt, ...look, duration_ms, title: 'Film', tracks, timeline }, context);
  return {
    job_id: 'job_film',
    video,
    audio_master,
    captions_srt,
    timeline: await context.storeJson('timeline', timeline),
    duration_ms,
    ...look,
    letters: { captions: false, watermark: false },
    scenes,
  };
}

async function makeMarkedVideo(context: TestContext, at: number): Promise<AssetRef> {
  const { x, y } = MARKS[at]!;
  const mark = `drawbox=x=${x - MARK_SIDE / 2}:y=${y - MARK_SIDE / 2}:w=${MARK_SIDE}:h=${MARK_SIDE}:color=yellow:t=fill`;
  const source = `color=c=navy:size=${SIZE.width}x${SIZE.height}:rate=25,${mark},noise=alls=6:allf=t:all_seed=${at + 1}`;
  return makeSceneVideo(context, { frames: DURATIONS[at]! / 40, size: SIZE, source });
}

/** As much of a scene's layers as says where the eyes are. */
async function makeLayers(context: TestContext, eyes: { x: number; y: number }): Promise<AssetRef> {
  const landmarks = Array.from({ length: 478 }, () => [0, 0, 0]);
  landmarks[468] = [eyes.x - 22, eyes.y, 0];
  landmarks[473] = [eyes.x + 22, eyes.y, 0];
  const mesh = await context.storeJson('mesh', { width: SIZE.width, height: SIZE.height, landmarks, interocular: 44 });
  return context.storeJson('layers', { mesh, placement: { scale: 1, x: 0, y: 0 } });
}
