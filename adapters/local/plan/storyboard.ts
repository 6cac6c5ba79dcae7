import type { Pose, SceneVisual, StoryboardScene } from '../../../contracts/media';
import type { Framing, Mode, PoseName } from '../../../contracts/vocabulary';
import type { CallerScene, StoryboardRequest } from '../../capabilities/plan';
import { between, createRandom, pick } from '../random';
import type { Random } from '../random';
import { findFraming, findMood, findPlace, findPose, findTimeOfDay } from './keywords';
import type { Mood, Place } from './keywords';
import { describePlace, findPhrase } from './prompts';
import { splitIntoScenes } from './scene-split';
import { estimateSpeech, flattenText } from '../../script/sentences';

/** Neighbours differ, so that a cut looks meant; the first and the wide one give room to arrive. */
const FRAMING_CYCLES: readonly [readonly Framing[], ...(readonly Framing[])[]] = [
  ['medium', 'close', 'wide', 'close'],
  ['medium', 'wide', 'medium', 'close'],
  ['wide', 'medium', 'close', 'medium'],
];
const LIVELY_POSES = ['nod', 'tilt', 'lean_in'] as const;
/** A cutaway in a shorter scene would leave no time to see who speaks. */
const CUTAWAY_MIN_MS = 4_000;

/** What a film falls back on where a scene's own words name nothing. */
interface FilmTone {
  place: Place;
  mood: Mood;
  framings: readonly Framing[];
}

/** Scenes numbered from 1; the same request gives the same scenes. */
export function planStoryboard(request: StoryboardRequest): StoryboardScene[] {
  const texts =
    request.caller_scenes?.map((scene) => scene.transcript) ??
    (request.mode === 'single_scene' ? [request.script.trim()] : splitIntoScenes(request.script));
  const tone = readTone(request);
  const scenes: StoryboardScene[] = [];
  for (const [at, text] of texts.entries()) {
    // A film is heard in order: it is day until a scene says otherwise, and then it stays so.
    const before = scenes.at(-1)?.visual.time_of_day ?? 'day';
    scenes.push(planScene(text, { at, count: texts.length, tone, before, request }));
  }
  return request.mode === 'b_roll' && !request.caller_scenes ? placeCutaways(scenes) : scenes;
}

function readTone(request: StoryboardRequest): FilmTone {
  const random = createRandom(`tone|${request.seed}|${flattenText(request.script)}`);
  const fallback = pick(random, ['studio', 'abstract', 'office'] as const);
  return {
    place: findPlace(request.script) ?? fallback,
    mood: findMood(request.script) ?? 'confident',
    framings: pick(random, FRAMING_CYCLES),
  };
}

interface ScenePosition {
  at: number;
  count: number;
  tone: FilmTone;
  /** Time of day of the scene before. */
  before: SceneVisual['time_of_day'];
  request: StoryboardRequest;
}

function planScene(text: string, { at, count, tone, before, request }: ScenePosition): StoryboardScene {
  const random = createRandom(`scene|${request.seed}|${at + 1}|${flattenText(text)}`);
  const caller: CallerScene | undefined = request.caller_scenes?.[at];
  const background = caller?.background ?? request.background;
  const wish = background?.prompt ?? '';
  const place = findPlace(wish) ?? findPlace(text) ?? tone.place;
  const time_of_day = findTimeOfDay(wish) ?? findTimeOfDay(text) ?? before;
  const mood = findMood(wish) ?? findMood(text) ?? tone.mood;
  const framing = count === 1 ? 'medium' : (tone.framings[at % tone.framings.length] ?? 'medium');
  return {
    scene: at + 1,
    transcript: text,
    pose: caller?.pose ?? choosePose(text, request.mode, random),
    visual: {
      framing: caller?.framing ?? framing,
      background: background ?? { prompt: describePlace({ place, time_of_day, mood }, random), asset: null },
      b_roll: caller?.b_roll ?? null,
      place,
      time_of_day,
      mood,
    },
    estimated_ms: estimateSpeech(text),
  };
}

/** In pose mode every scene moves: its punctuation and words say how. In all others the head follows speech alone. */
function choosePose(text: string, mode: Mode, random: Random): Pose {
  if (mode !== 'pose') return { name: 'neutral', intensity: 0.5 };
  const name: PoseName = /\?["'”’)]*\s*$/.test(text)
    ? 'tilt'
    : text.includes('!')
      ? 'emphasise'
      : (findPose(text) ?? pick(random, LIVELY_POSES));
  return { name, intensity: Math.round(between(random, 0.45, 0.75) * 20) / 20 };
}

/** Every second scene that is long enough, never the first unless it is the only one: viewers meet the speaker first. */
function placeCutaways(scenes: StoryboardScene[]): StoryboardScene[] {
  const fits = scenes.filter(
    (scene) => scene.estimated_ms >= CUTAWAY_MIN_MS && (scene.scene > 1 || scenes.length === 1),
  );
  const chosen = new Set(fits.filter((_, at) => at % 2 === 0).map((scene) => scene.scene));
  if (chosen.size === 0) chosen.add(longest(scenes));
  return scenes.map((scene) => (chosen.has(scene.scene) ? withCutaway(scene) : scene));
}

const longest = (scenes: StoryboardScene[]): number =>
  scenes.reduce((best, scene) => (scene.estimated_ms > best.estimated_ms ? scene : best)).scene;

const withCutaway = (scene: StoryboardScene): StoryboardScene => ({
  ...scene,
  visual: { ...scene.visual, b_roll: { prompt: findPhrase(scene.transcript), asset: null } },
});

/** Plans one scene again, with a reviewer's note. Its words stay as they are: they are the script's. */
export function reviseScene(
  scene: StoryboardScene,
  options: { note: string | null; seed: number },
): StoryboardScene {
  const note = options.note ?? '';
  const before = scene.visual;
  const random = createRandom(
    `revise|${options.seed}|${scene.scene}|${note}|${before.background.prompt ?? ''}`,
  );
  const place = findPlace(note) ?? findPlace(before.place) ?? 'studio';
  const time_of_day = findTimeOfDay(note) ?? before.time_of_day;
  const mood = findMood(note) ?? findMood(before.mood) ?? 'calm';
  const pose = /\bpose|nod|shak|lean|tilt|emphas/i.test(note) ? findPose(note) : null;
  const named = findPlace(note) ?? findTimeOfDay(note) ?? findMood(note) ?? findFraming(note) ?? pose;
  return {
    ...scene,
    pose: pose ? { name: pose, intensity: Math.max(scene.pose.intensity, 0.5) } : scene.pose,
    visual: {
      framing: findFraming(note) ?? (named ? before.framing : otherFraming(before.framing, random)),
      // A caller's own picture stays unless the note names another place.
      background:
        before.background.asset && !findPlace(note)
          ? before.background
          : { prompt: describePlace({ place, time_of_day, mood }, random), asset: null },
      b_roll: reviseCutaway(scene, note),
      place,
      time_of_day,
      mood,
    },
  };
}

function reviseCutaway(scene: StoryboardScene, note: string): SceneVisual['b_roll'] {
  const wish = /\b(no|without|remove|drop|add|with|more)\b[^.]*\b(?:b-?roll|cut-?aways?|title|cards?)\b/i
    .exec(note)?.[1]
    ?.toLowerCase();
  if (wish === undefined) return scene.visual.b_roll;
  if (['no', 'without', 'remove', 'drop'].includes(wish)) return null;
  return scene.visual.b_roll ?? { prompt: findPhrase(scene.transcript), asset: null };
}

function otherFraming(framing: Framing, random: Random): Framing {
  if (framing !== 'medium') return 'medium';
  return random() < 0.5 ? 'close' : 'wide';
}
