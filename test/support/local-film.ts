import { readFile } from 'node:fs/promises';
import type { JoinResult } from '../../adapters/capabilities/assembly';
import type { BrollPoseRequest } from '../../adapters/capabilities/broll';
import type { FaceTrack } from '../../adapters/capabilities/lip-sync';
import type { SceneLayers } from '../../adapters/capabilities/video';
import type { createLocalFamily } from '../../adapters/local/family';
import { readJsonFile } from '../../adapters/local/render/json-file';
import type { AssetRef, FrameSize, SpeechTiming, StoryboardScene, Timeline, VoiceProfile } from '../../contracts/media';
import type { BrollPoseOutput, NeutralImageOutput, StitchOutput } from '../../contracts/stages';
import type { Framing } from '../../contracts/vocabulary';
import type { TestContext } from '../adapters/local/assembly/test-context';

type Family = ReturnType<typeof createLocalFamily>;

export interface FilmScene {
  text: string;
  framing: Framing;
  place: string;
  time_of_day: StoryboardScene['visual']['time_of_day'];
}

export interface FilmWish {
  photo: string;
  size: FrameSize;
  scenes: readonly FilmScene[];
  seed: number;
  /** What a reviewer wished of the backgrounds. */
  background_note?: string;
  /** Another seed for lips, eyes and head. */
  lip_sync_seed?: number;
  /** Lay cutaways over every scene. */
  b_roll?: boolean;
  /** Write each scene's words into its picture. */
  burned?: boolean;
}

/** Everything on the way from a photo to a film, for tests that measure it. */
export interface LocalFilm extends JoinResult {
  identity: NeutralImageOutput;
  stitched: Omit<StitchOutput, 'timeline'> & { timeline: Timeline };
  scenes: FinishedScene[];
}

export interface FinishedScene {
  duration_ms: number;
  timing: AssetRef;
  layers: AssetRef;
  track: AssetRef;
  cutaways: BrollPoseOutput['cutaways'];
  background: AssetRef;
  preview: AssetRef;
  speech: AssetRef;
  light: SceneLayers['light'];
  video: AssetRef;
  frames: number;
}

const FPS = 25;
const LOUDNESS = -16;
export const VOICE: VoiceProfile = {
  kind: 'stock',
  family: 'local',
  engine: 'flite',
  voice_id: 'local:slt',
  params: { rate: 1, pitch: 1, formant: 1 },
  measured: null,
  residual: null,
  sample_sha256: null,
  warnings: [],
  licence: 'BSD',
  disclosure: 'A stock voice.',
};

/** Two short sentences with every closed sound, one of them in each scene. */
export const SHORT_SCRIPT: readonly FilmScene[] = [
  { text: 'People often ask me how a public map helps. My answer is simple.', framing: 'medium', place: 'office', time_of_day: 'day' },
  { text: 'Maybe we both know more by Monday, but time will tell!', framing: 'close', place: 'city', time_of_day: 'night' },
];

/** The local family's own chain without an orchestrator: photo, identity, speech, layers, lips, picture, film. */
export async function makeLocalFilm(family: Family, wish: FilmWish, context: TestContext): Promise<LocalFilm> {
  const photo = await context.put(contentType(wish.photo), await readFile(wish.photo));
  const validated = await family.inspector.validatePhotos({ photos: [photo] }, context);
  const rotation = validated.photos[0]?.rotation ?? 0;
  const identity = await family.image.neutralImage({ photo, rotation, seed: wish.seed, style: null }, context);
  const scenes: FinishedScene[] = [];
  for (const [at, scene] of wish.scenes.entries())
    scenes.push(await makeScene(family, { wish, scene, number: at + 1, identity }, context));
  const stitched = await family.assembly.stitch(
    {
      scenes: scenes.map((made, at) => ({ ...made, storyboard: storyboardOf(wish.scenes[at]!, at + 1, made.duration_ms) })),
      size: wish.size,
      fps: FPS,
      loudness_lufs: LOUDNESS,
      job_id: 'job_test',
    },
    context,
  );
  const joined = await family.assembly.join(joinRequest(wish, { scenes, stitched, identity }), context);
  return { ...joined, identity, stitched, scenes };
}

function joinRequest(wish: FilmWish, film: Pick<LocalFilm, 'scenes' | 'stitched' | 'identity'>) {
  const { scenes, stitched, identity } = film;
  return {
    scenes: scenes.map(({ video, frames }, at) => ({ scene: at + 1, video, frames })),
    audio_master: stitched.audio_master,
    captions_srt: stitched.captions_srt,
    burned: wish.burned ?? false,
    size: wish.size,
    fps: FPS,
    duration_ms: stitched.duration_ms,
    loudness_lufs: LOUDNESS,
    title: 'Film',
    tracks: scenes.map(({ track, cutaways }, at) => ({ scene: at + 1, track, cutaways })),
    timeline: stitched.timeline,
    neutral: identity.neutral,
  };
}

interface SceneWork {
  wish: FilmWish;
  scene: FilmScene;
  number: number;
  identity: NeutralImageOutput;
}

type CutawayWish = Omit<BrollPoseRequest, 'kind' | 'b_roll' | 'note'>;

async function makeCutaways(family: Family, wish: CutawayWish, context: TestContext): Promise<BrollPoseOutput['cutaways']> {
  const b_roll = { prompt: null, asset: null };
  const { cutaways } = await family.broll.perform({ ...wish, kind: 'b_roll', b_roll, note: null }, context);
  return cutaways;
}

async function makeScene(family: Family, { wish, scene, number, identity }: SceneWork, context: TestContext): Promise<FinishedScene> {
  const { size, seed } = wish;
  const spoken = await family.speech.perform(
    { transcript: scene.text, language: 'en', voice: VOICE, rate: 1, pitch: 1, lexicon: {}, loudness_lufs: LOUDNESS, previous_text: null, next_text: null },
    context,
  );
  const { visual, pose } = storyboardOf(scene, number, spoken.duration_ms);
  const painted = await family.background.perform({ visual, size, note: wish.background_note ?? null, seed, scene: number }, context);
  const common = { size, fps: FPS, duration_ms: spoken.duration_ms, seed, scene: number, pose };
  const { plate, mesh } = identity;
  const assets = await family.video.perform(
    { ...common, plate, mesh, background: painted.image, light: painted.light, framing: scene.framing, note: null },
    context,
  );
  const cutaways = wish.b_roll ? await makeCutaways(family, { ...common, transcript: scene.text, timing: spoken.timing }, context) : [];
  const lips = await family.lip_sync.perform(
    { ...common, seed: wish.lip_sync_seed ?? seed, timing: spoken.timing, audio: spoken.audio, layers: assets.layers, clip: null, pose_track: null },
    context,
  );
  const timing = await readJsonFile<SpeechTiming>(await context.open(spoken.timing));
  const burn = wish.burned ? family.assembly.sceneCues(timing) : null;
  const picture = await family.enhance.perform(
    { ...common, layers: assets.layers, track: lips.track, clip: null, cutaways, burn, watermark: null },
    context,
  );
  return {
    duration_ms: spoken.duration_ms,
    timing: spoken.timing,
    speech: spoken.audio,
    layers: assets.layers!,
    track: lips.track!,
    cutaways,
    background: painted.image,
    light: painted.light,
    preview: assets.preview,
    video: picture.video,
    frames: picture.frames,
  };
}

function storyboardOf({ text, framing, place, time_of_day }: FilmScene, scene: number, estimated_ms: number): StoryboardScene {
  return {
    scene,
    transcript: text,
    pose: { name: 'neutral', intensity: 0.5 },
    visual: { framing, background: { prompt: null, asset: null }, b_roll: null, place, time_of_day, mood: 'calm' },
    estimated_ms,
  };
}

function contentType(file: string): string {
  return file.endsWith('.png') ? 'image/png' : 'image/jpeg';
}

/** The documents that the film's scenes were made from. */
export async function readTrack(scene: FinishedScene, context: TestContext): Promise<FaceTrack> {
  return readJsonFile<FaceTrack>(await context.open(scene.track));
}

export async function readTiming(scene: FinishedScene, context: TestContext): Promise<SpeechTiming> {
  return readJsonFile<SpeechTiming>(await context.open(scene.timing));
}
