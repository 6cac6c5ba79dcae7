import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CapabilityName, Support, WorkContext } from '../../adapters/capabilities/adapter';
import type { createLocalFamily } from '../../adapters/local/family';
import { projectRoot } from '../../contracts/project-root';
import type { AssetRef } from '../../contracts/media';
import { FACES } from '../support/faces';
import { VOICE } from '../support/local-film';
import type { TestContext } from '../adapters/local/assembly/test-context';
import { makeTiming } from '../adapters/local/assembly/test-film';

export type LocalFamily = ReturnType<typeof createLocalFamily>;

const TEXT = 'Maybe by Monday.';
const LONG_TEXT = 'We made it simple for everybody, because refunds come within 3 days and nobody waits.';
const LONG_MS = 8_000;
const SIZE = { width: 320, height: 180 };
const POSE = { name: 'neutral', intensity: 0.5 } as const;
const SAMPLE = path.join(projectRoot(), 'assets/voices/sense_and_sensibility_01_austen_64kb-0870.wav');
const FILM: AssetRef = { asset_id: 'asset_film', sha256: '0'.repeat(64), content_type: 'video/mp4', bytes: 1 };

/** What a scene is made of, each made by the row before: the requests of the later rows need it. */
interface Workpiece {
  photo: AssetRef;
  sample: AssetRef;
  /** Times of `LONG_TEXT`, which leave room for a cutaway. */
  long_timing: AssetRef;
  identity?: Awaited<ReturnType<LocalFamily['image']['neutralImage']>>;
  speech?: Awaited<ReturnType<LocalFamily['speech']['perform']>>;
  background?: Awaited<ReturnType<LocalFamily['background']['perform']>>;
  video?: Awaited<ReturnType<LocalFamily['video']['perform']>>;
  lips?: Awaited<ReturnType<LocalFamily['lip_sync']['perform']>>;
}

/** One capability of the local family in the table of conformance. Rows stand in the order in which one needs the other. */
export interface LocalRow {
  capability: CapabilityName;
  /** One fixed, small request. */
  perform(family: LocalFamily, piece: Workpiece, context: WorkContext): Promise<unknown>;
  /** What a request that it cannot do is answered with; null where it can do every request that its type allows. */
  refuse: ((family: LocalFamily, piece: Workpiece) => Support) | null;
  /** What the result must be, beside the same each time. */
  expected: object;
}

export async function startWorkpiece(context: TestContext): Promise<Workpiece> {
  const [photo, sample] = await Promise.all([context.put('image/png', readFileSync(FACES.astronaut)), context.put('audio/wav', readFileSync(SAMPLE))]);
  return { photo, sample, long_timing: await context.storeJson('speech_timing', makeTiming(LONG_TEXT, LONG_MS)) };
}

/** @throws Error where an earlier row did not make it */
function made<T>(part: T | null | undefined): T {
  if (part === undefined || part === null) throw new Error('A row before this one made nothing.');
  return part;
}

const speechFor = (voice_id: string) => ({ transcript: TEXT, language: 'en', voice: { ...VOICE, voice_id }, rate: 1, pitch: 1, lexicon: {}, loudness_lufs: -16, previous_text: null, next_text: null });
const backgroundFor = (width: number) => ({
  visual: { background: { prompt: 'a bright office', asset: null }, place: 'office', time_of_day: 'day', mood: 'calm' } as const,
  ...{ size: { width, height: 180 }, note: null, seed: 7, scene: 2 },
});
const sceneFor = ({ speech }: Workpiece) => ({ pose: POSE, size: SIZE, fps: 25, duration_ms: made(speech).duration_ms, note: null, seed: 7, scene: 2 });
const videoFor = (piece: Workpiece) => {
  const { plate, mesh } = made(piece.identity);
  const { image, light } = made(piece.background);
  return { ...sceneFor(piece), plate, mesh, background: image, light, framing: 'medium' as const };
};
const lipsFor = (piece: Workpiece, layers: AssetRef | null) => {
  const { timing, audio } = made(piece.speech);
  return { ...sceneFor(piece), timing, audio, layers, clip: null, pose_track: null };
};
const pictureFor = (piece: Workpiece, layers: AssetRef | null) => ({ ...sceneFor(piece), layers, track: piece.lips?.track ?? null, clip: null, cutaways: [], burn: null, watermark: null });
const cutawayFor = (piece: Workpiece, asset: AssetRef | null) => ({
  ...{ ...sceneFor(piece), kind: 'b_roll' as const, transcript: LONG_TEXT, timing: piece.long_timing, duration_ms: LONG_MS },
  b_roll: { prompt: asset ? null : 'a harbour', asset },
});
const storyboardFor = (script: string) => ({ script, mode: 'multi_scene' as const, caller_scenes: null, background: null, revise: null, previous: null, seed: 7 });

export const LOCAL_ROWS: LocalRow[] = [
  {
    capability: 'plan',
    perform: async ({ plan }, _piece, context) => {
      const written = await plan.script({ script: null, brief: 'The harbour opens at nine.', scenes: null, note: null, previous: null, seed: 7 }, context);
      return { written, ...(await plan.storyboard(storyboardFor(written.script), context)) };
    },
    refuse: ({ plan }) => plan.supports(storyboardFor('…')),
    expected: { written: { source: 'brief' }, scenes: expect.arrayContaining([expect.objectContaining({ scene: 1 })]) },
  },
  {
    capability: 'image',
    perform: async ({ image }, piece, context) => {
      piece.identity = await image.neutralImage({ photo: piece.photo, rotation: 0, seed: 7, style: null }, context);
      const { neutral, plate, mesh } = piece.identity;
      return { ...piece.identity, ...(await image.characterSheet({ neutral, plate, mesh, title: 'A row', seed: 7 }, context)) };
    },
    refuse: null,
    expected: { neutral: { content_type: 'image/png' }, mesh: { content_type: 'application/json' }, sheet: { bytes: expect.any(Number) } },
  },
  {
    capability: 'voice',
    perform: ({ voice }, { sample }, context) => voice.perform({ sample, transcript: null, name: null, consent: null }, context),
    refuse: null,
    expected: { profile: { kind: 'matched', family: 'local' } },
  },
  {
    capability: 'speech',
    perform: async ({ speech }, piece, context) => (piece.speech = await speech.perform(speechFor('local:slt'), context)),
    refuse: ({ speech }) => speech.supports(speechFor('local:nobody')),
    expected: { audio: { content_type: 'audio/wav' }, timing: { content_type: 'application/json' } },
  },
  {
    capability: 'align',
    perform: ({ align }, { speech }, context) => align.perform({ audio: made(speech).audio, transcript: TEXT, language: 'en' }, context),
    refuse: ({ align }, { photo }) => align.supports({ audio: photo, transcript: TEXT, language: 'fi' }),
    expected: { words: [{ text: 'Maybe' }, { text: 'by' }, { text: 'Monday.' }] },
  },
  {
    capability: 'background',
    perform: async ({ background }, piece, context) => (piece.background = await background.perform(backgroundFor(SIZE.width), context)),
    refuse: ({ background }) => background.supports(backgroundFor(9_000)),
    expected: { image: { content_type: 'image/jpeg' } },
  },
  {
    capability: 'video',
    perform: async ({ video }, piece, context) => (piece.video = await video.perform(videoFor(piece), context)),
    refuse: ({ video }, piece) => video.supports({ ...videoFor(piece), size: { width: 321, height: 180 } }),
    expected: { layers: { content_type: 'application/json' } },
  },
  {
    capability: 'broll',
    perform: ({ broll }, piece, context) => broll.perform(cutawayFor(piece, null), context),
    refuse: ({ broll }, piece) => broll.supports(cutawayFor(piece, FILM)),
    expected: { kind: 'b_roll', cutaways: [{ asset: { content_type: 'image/jpeg' } }], warnings: [] },
  },
  {
    capability: 'lip_sync',
    perform: async ({ lip_sync }, piece, context) => (piece.lips = await lip_sync.perform(lipsFor(piece, made(piece.video?.layers)), context)),
    refuse: ({ lip_sync }, piece) => lip_sync.supports(lipsFor(piece, null)),
    expected: { track: { content_type: 'application/json' }, clip: null, closures: expect.any(Number) },
  },
  {
    capability: 'enhance',
    perform: ({ enhance }, piece, context) => enhance.perform(pictureFor(piece, made(piece.video?.layers)), context),
    refuse: ({ enhance }, piece) => enhance.supports(pictureFor(piece, null)),
    expected: { video: { content_type: 'video/mp4' }, size: SIZE },
  },
];
