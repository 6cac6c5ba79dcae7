import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AssetRef, SpeechTiming, Timeline } from '../../../contracts/media';
import type { AssemblyAdapter, StitchRequest } from '../../capabilities/assembly';
import type { WorkContext } from '../../capabilities/adapter';
import type { ComputePool } from '../compute/pool';
import { readJsonFile } from '../render/json-file';
import { makeAudioMaster } from './audio-master';
import { toSubRip, toWebVtt } from './caption-files';
import { checkContinuity } from './continuity';
import { buildCues } from './cues';
import type { Cue } from './cues';
import { makeRoughCut } from './rough-cut';
import { buildTimeline } from './timeline';

/** Longest run of one ffmpeg child. A minute of film takes seconds; a stuck child must not hold its slot. */
const CHILD_TIMEOUT_MS = 120_000;

export interface AssemblyTools {
  ffmpegPath: string;
  pool: ComputePool;
}

type StitchResult = Awaited<ReturnType<AssemblyAdapter['stitch']>>;

/**
 * Puts the scenes on one timeline: voice track, captions, continuity checks and a rough cut.
 * @throws SpeechUnreadable when a scene's sound is not what `speech` promises; FfmpegError
 */
export async function stitch(
  request: StitchRequest,
  context: WorkContext,
  tools: AssemblyTools,
): Promise<StitchResult> {
  const child = { signal: context.signal, timeout_ms: CHILD_TIMEOUT_MS, dir: context.dir };
  const timings = await Promise.all(
    request.scenes.map(async (scene) => readJsonFile<SpeechTiming>(await context.open(scene.timing))),
  );
  const timeline = buildTimeline(request, timings);
  const speech = await Promise.all(request.scenes.map((scene) => context.open(scene.speech)));
  const voices = request.scenes.map((scene, at) => ({ path: speech[at]!, duration_ms: scene.duration_ms }));
  const master = await makeAudioMaster(
    tools.ffmpegPath,
    { scenes: voices, target_lufs: request.loudness_lufs },
    child,
  );
  context.progress(30, 'voice track');
  const cues = filmCues(timeline, timings);
  const target = path.join(context.dir, 'rough-cut.mp4');
  const onScene = (done: number) =>
    context.progress(30 + Math.round((60 * done) / request.scenes.length), `rough cut, scene ${done}`);
  const scenes = await openRoughScenes(request, { timeline, cues }, context);
  await makeRoughCut(
    { scenes, size: request.size, fps: request.fps, audio: master.path, target },
    { ...child, ...tools, onScene },
  );
  return {
    timeline,
    audio_master: await context.store('audio_master', { path: master.path, content_type: 'audio/wav' }),
    captions_vtt: await storeText(
      'captions_vtt',
      { name: 'captions.vtt', content_type: 'text/vtt', text: toWebVtt(cues) },
      context,
    ),
    captions_srt: await storeText(
      'captions_srt',
      { name: 'captions.srt', content_type: 'application/x-subrip', text: toSubRip(cues) },
      context,
    ),
    rough_cut: await context.store('rough_cut', { path: target, content_type: 'video/mp4' }),
    duration_ms: timeline.duration_ms,
    loudness_lufs: master.loudness.integrated_lufs,
    true_peak_db: master.loudness.true_peak_db,
    scenes: timeline.scenes.map(({ scene, start_ms, end_ms }) => ({ scene, start_ms, end_ms })),
    continuity: checkContinuity({ timeline, timings, master, target_lufs: request.loudness_lufs }),
  };
}

/** Captions of the whole film in film time. `timings` are in scene time, one for each scene of the timeline. */
export function filmCues(timeline: Timeline, timings: Pick<SpeechTiming, 'sentences'>[]): Cue[] {
  return buildCues(
    timeline.scenes.map((scene, at) => ({
      end_ms: scene.end_ms,
      words: scene.words,
      sentence_ends_ms: (timings[at]?.sentences ?? []).map((sentence) => scene.start_ms + sentence.end_ms),
    })),
  );
}

async function openRoughScenes(
  request: StitchRequest,
  film: { timeline: Timeline; cues: Cue[] },
  context: WorkContext,
) {
  return Promise.all(
    request.scenes.map(async (scene, at) => {
      const bounds = film.timeline.scenes[at]!;
      const stills = scene.cutaways.filter((cutaway) => cutaway.asset.content_type.startsWith('image/'));
      return {
        bounds,
        preview: await context.open(scene.preview),
        cues: film.cues.filter((cue) => cue.start_ms >= bounds.start_ms && cue.start_ms < bounds.end_ms),
        cutaways: await Promise.all(
          stills.map(async ({ asset, start_ms, end_ms }) => ({
            start_ms,
            end_ms,
            path: await context.open(asset),
          })),
        ),
      };
    }),
  );
}

interface TextFile {
  name: string;
  content_type: string;
  text: string;
}

async function storeText(
  kind: 'captions_vtt' | 'captions_srt',
  file: TextFile,
  context: WorkContext,
): Promise<AssetRef> {
  const target = path.join(context.dir, file.name);
  await writeFile(target, file.text);
  return context.store(kind, { path: target, content_type: file.content_type });
}
