import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { SpeechTiming, Timeline } from '../../../contracts/media';
import type { CutOutput, SourceScene } from '../../../contracts/stages';
import type { WorkContext } from '../../capabilities/adapter';
import type { CutRequest, CutResult } from '../../capabilities/assembly';
import type { FaceMesh } from '../../capabilities/image';
import type { FaceTrack } from '../../capabilities/lip-sync';
import type { SceneLayers } from '../../capabilities/video';
import type { FfmpegOptions } from '../ffmpeg';
import { toFrameSpan, type FrameSpan } from '../render/frame-span';
import { readJsonFile } from '../render/json-file';
import { parseSubRip, toSubRip, toWebVtt } from './caption-files';
import type { Cue } from './cues';
import { cuesUntil, drawCaptionStrip } from './cut-captions';
import { frameCut, type Face, type Framing } from './cut-framing';
import { encodePicture, extractStill } from './cut-picture';
import { cutLength, trimTimeline } from './cut-range';
import { muxCut } from './cut-sound';
import { checkFilm } from './film-checks';
import { choosePoster } from './poster';
import type { AssemblyTools } from './stitch';

/** Everything about a cut that is known before a picture is touched. */
interface Plan {
  request: CutRequest;
  film: string;
  timeline: Timeline;
  framing: Framing;
  cues: Cue[];
  /** What is known of each scene's face; `hidden` are the frames that cutaways lie over. */
  tracks: { scene: number; track: FaceTrack | null; hidden: FrameSpan[] }[];
  /** Nothing of the picture changes, so it is copied. */
  sameShape: boolean;
  sameLength: boolean;
}

/**
 * One campaign cut of a finished film. A picture that keeps its shape, length and letters is copied; any other is encoded
 * once. Sound of the full length is copied, a shorter one encoded once from the voice track.
 * @throws FfmpegError
 */
export async function cut(request: CutRequest, context: WorkContext, tools: AssemblyTools): Promise<CutResult> {
  const plan = await planCut(request, context);
  const { timeline } = plan;
  const child = { signal: context.signal, dir: context.dir, timeout_ms: 60_000 + 20 * timeline.duration_ms };
  const files = { video: path.join(context.dir, `cut-${request.name}.mp4`), poster: path.join(context.dir, `cut-${request.name}.jpg`) };
  await makeVideo(plan, { context, tools, child, target: files.video });
  const { film, framing, tracks } = plan;
  await extractStill(tools.ffmpegPath, { film, framing, fps: timeline.fps, frame: posterFrame(plan), target: files.poster }, child);
  const facts = { video: files.video, timeline, duration_ms: timeline.duration_ms, fps: timeline.fps, tracks, loudness_lufs: null };
  const cues = request.captions === 'none' ? null : plan.cues;
  const checks = await checkFilm(tools.ffmpegPath, { ...facts, cues }, child);
  return {
    video: await context.store('cut', { path: files.video, content_type: 'video/mp4' }),
    poster: await context.store('poster', { path: files.poster, content_type: 'image/jpeg' }),
    captions: cues ? await storeCaptions(cues, request.name, context) : [],
    duration_ms: timeline.duration_ms,
    size: request.size,
    fps: timeline.fps,
    checks: checks.map((check) => ({ ...check, stage: 'cuts' })),
  };
}

async function planCut(request: CutRequest, context: WorkContext): Promise<Plan> {
  const { film, size } = request;
  const whole = await readJsonFile<Timeline>(await context.open(film.timeline));
  const timings = await Promise.all(film.scenes.map(async ({ timing }) => readJsonFile<SpeechTiming>(await context.open(timing))));
  const timeline = trimTimeline(whole, cutLength(whole, timings, request.max_duration_ms));
  const inside = film.scenes.filter((scene) => scene.start_ms < timeline.duration_ms);
  const lettered = film.letters.captions || film.letters.watermark;
  const scenes = await Promise.all(inside.map(async (scene) => ({ ...scene, face: await findFace(scene, context) })));
  const cues = parseSubRip(await readFile(await context.open(film.captions_srt), 'utf8'));
  return {
    request,
    film: await context.open(film.video),
    timeline,
    framing: frameCut({ film: film.size, size, scenes, lettered }),
    cues: cuesUntil(cues, timeline.duration_ms),
    tracks: await Promise.all(inside.map((scene) => openTrack(scene, timeline, context))),
    sameShape: size.width === film.size.width && size.height === film.size.height,
    sameLength: timeline.duration_ms === whole.duration_ms,
  };
}

/** Layers say where the plate was put, the mesh where the eyes are on it. */
async function findFace({ layers }: SourceScene, context: WorkContext): Promise<Face | null> {
  if (!layers) return null;
  const { mesh, placement } = await readJsonFile<SceneLayers>(await context.open(layers));
  const { landmarks, interocular } = await readJsonFile<FaceMesh>(await context.open(mesh));
  const [left, right] = [landmarks[468], landmarks[473]];
  if (!left || !right) return null;
  return {
    x: placement.x + (placement.scale * (left[0] + right[0])) / 2,
    y: placement.y + (placement.scale * (left[1] + right[1])) / 2,
    interocular: placement.scale * interocular,
  };
}

async function openTrack(scene: SourceScene, timeline: Timeline, context: WorkContext): Promise<Plan['tracks'][number]> {
  const track = scene.track && (await readJsonFile<FaceTrack>(await context.open(scene.track)));
  const { fps, duration_ms } = timeline;
  const frames = Math.round(((Math.min(scene.end_ms, duration_ms) - scene.start_ms) * fps) / 1000);
  const hidden = scene.cutaways.map((cutaway) => toFrameSpan(cutaway, { fps, start_ms: scene.start_ms }));
  return { scene: scene.scene, track: track && { ...track, frames: Math.min(track.frames, frames) }, hidden };
}

interface Making {
  context: WorkContext;
  tools: AssemblyTools;
  child: FfmpegOptions;
  target: string;
}

async function makeVideo(plan: Plan, { context, tools, child, target }: Making): Promise<void> {
  const { request, film, timeline, framing, cues, sameLength } = plan;
  const { name, size, title } = request;
  const burn = request.captions === 'burned' && !request.film.letters.captions;
  let picture = film;
  if (burn || !plan.sameShape || !sameLength) {
    const strip = { cues: burn ? cues : [], size, duration_ms: timeline.duration_ms, name: `cut-${name}`, dir: context.dir };
    const captions = await drawCaptionStrip(strip, { pool: tools.pool, signal: context.signal });
    picture = path.join(context.dir, `cut-${name}-picture.mp4`);
    const frames = Math.round((timeline.duration_ms * timeline.fps) / 1000);
    await encodePicture(tools.ffmpegPath, { film, framing, fps: timeline.fps, frames, captions, target: picture }, child);
  }
  const voice = sameLength ? null : { file: await context.open(request.film.audio_master), duration_ms: timeline.duration_ms };
  await muxCut(tools.ffmpegPath, { picture, film, voice, title, target }, child);
}

/** The calmest frame of the cut, counted from the film's start. */
function posterFrame({ request, tracks, timeline, cues }: Plan): number {
  const burned = request.film.letters.captions ? cues : [];
  const choice = { tracks: tracks.map(({ track }) => track), hidden: tracks.map(({ hidden }) => hidden), timeline, burned };
  const { at, frame } = choosePoster(choice);
  const start = timeline.scenes[at]?.start_ms ?? 0;
  return Math.round((start * timeline.fps) / 1000) + frame;
}

async function storeCaptions(cues: Cue[], name: string, context: WorkContext): Promise<CutOutput['captions']> {
  const [vtt, srt] = [path.join(context.dir, `cut-${name}.vtt`), path.join(context.dir, `cut-${name}.srt`)];
  await writeFile(vtt, toWebVtt(cues));
  await writeFile(srt, toSubRip(cues));
  return [
    { format: 'vtt', asset: await context.store('captions_vtt', { path: vtt, content_type: 'text/vtt' }) },
    { format: 'srt', asset: await context.store('captions_srt', { path: srt, content_type: 'application/x-subrip' }) },
  ];
}
