import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { QualityCheck } from '../../../contracts/media';
import type { WorkContext } from '../../capabilities/adapter';
import type { JoinRequest, JoinResult } from '../../capabilities/assembly';
import type { FaceTrack } from '../../capabilities/lip-sync';
import { BITEXACT, inputArgs, runFfmpeg } from '../ffmpeg';
import type { FfmpegOptions } from '../ffmpeg';
import { probeMedia } from '../probe-media';
import { toFrameSpan, type FrameSpan } from '../render/frame-span';
import { readJsonFile } from '../render/json-file';
import { parseSubRip } from './caption-files';
import { concatList } from './concat-list';
import type { Cue } from './cues';
import { checkFilm } from './film-checks';
import { choosePoster, extractPoster } from './poster';
import type { AssemblyTools } from './stitch';
import { appendSyntheticMark, SYNTHETIC_COMMENT } from './synthetic-mark';
import { checkSight } from './watch/watch-checks';
import type { WatchedScene } from './watch/plan-looks';
import { findWavData } from './wav';

const CHILD_TIMEOUT_MS = 120_000;
/** At this rate AAC's fast search is as good as the thorough one (48 against 44 dB on speech) at half the cost. */
const STREAMS = '-map 0:v:0 -map 1:a:0 -c:v copy -c:a aac -aac_coder fast -b:a 160k'.split(' ');

/** A scene's video does not fit the film: joined by stream copy it would break the others. */
export class SceneMismatch extends Error {
  readonly code = 'scene_mismatch';
  constructor(
    readonly scene: number,
    detail: string,
  ) {
    super(`The video of scene ${scene} cannot be joined: ${detail}.`);
    this.name = 'SceneMismatch';
  }
}

/**
 * Joins finished scenes without encoding a picture again; the voice track is encoded once for the whole film, because
 * an encoder's padding at every scene would let sound and picture drift apart by 16 ms a scene.
 * @throws SceneMismatch, MediaUnreadable, SpeechUnreadable, FfmpegError
 */
export async function join(request: JoinRequest, context: WorkContext, tools: JoinTools): Promise<JoinResult> {
  const { ffmpegPath } = tools;
  const child = { signal: context.signal, timeout_ms: CHILD_TIMEOUT_MS, dir: context.dir };
  const videos = await Promise.all(request.scenes.map((scene) => context.open(scene.video)));
  await checkScenes(request, videos);
  const audio = await context.open(request.audio_master);
  await findWavData(audio);
  const film = path.join(context.dir, 'video.mp4');
  const list = path.join(context.dir, 'scenes.ffconcat');
  await writeFile(
    list,
    concatList(
      videos.map((video, at) => ({
        path: video,
        duration_ms: (request.scenes[at]!.frames * 1000) / request.fps,
      })),
    ),
  );
  await runFfmpeg(ffmpegPath, joinArgs({ list, audio, film }, request), child);
  await appendSyntheticMark(film, request.title);
  context.progress(50, 'joined');
  const tracks = await openTracks(request, context);
  const cues = await openCues(request, context);
  const hidden = hiddenFrames(request);
  const chosen = choosePoster({ tracks, hidden, timeline: request.timeline, burned: request.burned ? (cues ?? []) : [] });
  const poster = path.join(context.dir, 'poster.jpg');
  const frame = Math.min(chosen.frame, request.scenes[chosen.at]!.frames - 1);
  await extractPoster(ffmpegPath, { video: videos[chosen.at]!, frame, fps: request.fps, target: poster }, child);
  context.progress(60, 'poster');
  const checks = await checkJoined(film, { request, tracks, hidden, cues, context, tools, child });
  return {
    video: await context.store('video', { path: film, content_type: 'video/mp4' }),
    poster: await context.store('poster', { path: poster, content_type: 'image/jpeg' }),
    checks,
  };
}

export interface JoinTools extends AssemblyTools {
  /** Compare the film's faces with the neutral picture. */
  identityCheck: boolean;
}

/** The scenes' face tracks in the order of the film. */
async function openTracks(request: JoinRequest, context: WorkContext): Promise<(FaceTrack | null)[]> {
  return Promise.all(
    request.scenes.map(async ({ scene }) => {
      const track = request.tracks.find((candidate) => candidate.scene === scene)?.track;
      return track ? readJsonFile<FaceTrack>(await context.open(track)) : null;
    }),
  );
}

/** The frames of each scene, in the order of the film, that cutaways lie over. */
function hiddenFrames({ scenes, tracks, fps }: JoinRequest): FrameSpan[][] {
  return scenes.map(({ scene }) => {
    const { cutaways = [] } = tracks.find((candidate) => candidate.scene === scene) ?? {};
    return cutaways.map((cutaway) => toFrameSpan(cutaway, { fps }));
  });
}

async function openCues({ captions_srt }: JoinRequest, context: WorkContext): Promise<Cue[] | null> {
  return captions_srt && parseSubRip(await readFile(await context.open(captions_srt), 'utf8'));
}

interface Joined {
  request: JoinRequest;
  tracks: (FaceTrack | null)[];
  hidden: FrameSpan[][];
  cues: Cue[] | null;
  context: WorkContext;
  tools: JoinTools;
  child: FfmpegOptions;
}

/** Headers, sound and captions by what ffmpeg says of the file; faces by looking at its frames. */
async function checkJoined(film: string, { request, tracks, hidden, cues, context, tools, child }: Joined): Promise<QualityCheck[]> {
  const { scenes, timeline, duration_ms, fps, size, loudness_lufs = null } = request;
  const named = scenes.map(({ scene }, at) => ({ scene, track: tracks[at] ?? null }));
  const facts = { video: film, timeline, duration_ms, fps, tracks: named, loudness_lufs };
  const checks = await checkFilm(tools.ffmpegPath, { ...facts, cues }, child);
  context.progress(75, 'sound and captions checked');
  let first = 0;
  const watched = scenes.map(({ scene, frames }, at): WatchedScene => {
    first += frames;
    return { scene, first: first - frames, frames, track: tracks[at] ?? null, hidden: hidden[at] ?? [] };
  });
  const neutral = tools.identityCheck && request.neutral ? await context.open(request.neutral) : null;
  const onProgress = (percent: number, note?: string): void => context.progress(75 + percent / 5, note);
  const seen = await tools.pool.run(
    'assembly.watch_film',
    { ffmpeg: tools.ffmpegPath, video: film, size, scenes: watched, neutral },
    { signal: context.signal, onProgress },
  );
  return [...checks, ...checkSight(seen, { fps, duration_ms })];
}

async function checkScenes(request: JoinRequest, videos: string[]): Promise<void> {
  let codec: string | null = null;
  for (const [at, { scene, frames }] of request.scenes.entries()) {
    const { video } = await probeMedia(videos[at]!);
    if (!video) throw new SceneMismatch(scene, 'it has no picture');
    if (video.width !== request.size.width || video.height !== request.size.height)
      throw new SceneMismatch(scene, `${video.width}x${video.height} pixels`);
    if (video.frames !== frames)
      throw new SceneMismatch(scene, `${video.frames} frames instead of ${frames}`);
    codec ??= video.codec;
    if (video.codec !== codec) throw new SceneMismatch(scene, `${video.codec} after ${codec}`);
  }
}

/** One pass that copies the pictures and encodes the sound. */
export function joinArgs(files: { list: string; audio: string; film: string }, { title }: Pick<JoinRequest, 'title'>): string[] {
  const metadata = ['-metadata', `title=${title}`, '-metadata', `comment=${SYNTHETIC_COMMENT}`];
  return [
    ...inputArgs(files.list, 'concat'),
    ...inputArgs(files.audio, 'wav'),
    ...STREAMS,
    ...BITEXACT,
    ...metadata,
    ...'-movflags +faststart -f mp4 -y'.split(' '),
    files.film,
  ];
}
