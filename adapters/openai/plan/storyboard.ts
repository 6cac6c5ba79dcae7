import type { Pose, SceneVisual, StoryboardScene } from '../../../contracts/media';
import { hasSpeakableText } from '../../../contracts/speakable';
import type { WorkContext } from '../../capabilities/adapter';
import type { CallerScene, StoryboardRequest } from '../../capabilities/plan';
import { estimateSpeech, flattenText, splitParagraphs, splitSentences } from '../../script/sentences';
import type { OpenaiTools } from '../client';
import { planCost } from '../prices';
import { askTwice, type Reading } from './ask-twice';
import type { Question } from './planner';
import { CUTS, FIXED_SCENES, type FixedScene, type SceneCut, type SceneLook } from './scene-answer';
import { cutQuestion, fixedQuestion, MAX_SCENES, reviseQuestion } from './scene-prompt';

const CALM: Pose = { name: 'neutral', intensity: 0.5 };
const WRONG_FORM = 'It was not of the asked form, or a text was too long.';

/** Scenes numbered from 1 whose transcripts join to the script exactly. @throws ProviderFault `bad_output` after one repair */
export async function planScenes(tools: OpenaiTools, request: StoryboardRequest, context: WorkContext): Promise<StoryboardScene[]> {
  const { question, read } = taskFor(request);
  const estimate = planCost(tools.tariff, question.prompt.length);
  return askTwice(tools, { question, estimate, read }, context);
}

interface Task {
  question: Question;
  read(answer: unknown): Reading<StoryboardScene[]>;
}

function taskFor(request: StoryboardRequest): Task {
  if (request.revise && request.previous) return revision(request, request.previous);
  const fixed = request.caller_scenes?.map(({ transcript }) => transcript) ?? (request.mode === 'single_scene' ? [request.script.trim()] : null);
  if (fixed) return { question: fixedQuestion(request, fixed), read: (answer) => readFixed(answer, { request, transcripts: fixed }) };
  const paragraphs = splitParagraphs(request.script).map(splitSentences);
  return { question: cutQuestion(request, paragraphs), read: (answer) => readCuts(answer, { request, sentences: paragraphs.flat() }) };
}

function readCuts(answer: unknown, { request, sentences }: { request: StoryboardRequest; sentences: string[] }): Reading<StoryboardScene[]> {
  const parsed = CUTS.safeParse(answer);
  if (!parsed.success) return { ok: false, problem: WRONG_FORM };
  const cuts = parsed.data.scenes;
  if (!coverAll(cuts, sentences.length)) return { ok: false, problem: `Its scenes did not hold sentences 1 to ${sentences.length} once and in order.` };
  if (cuts.length > MAX_SCENES) return { ok: false, problem: `It had more than ${MAX_SCENES} scenes.` };
  const transcripts = cuts.map(({ first_sentence, last_sentence }) => sentences.slice(first_sentence - 1, last_sentence).join(' '));
  if (flattenText(transcripts.join(' ')) !== flattenText(request.script)) return { ok: false, problem: 'Its scenes did not join to the script.' };
  return compose(cuts, { request, transcripts });
}

function coverAll(cuts: readonly SceneCut[], sentences: number): boolean {
  let next = 1;
  for (const { first_sentence, last_sentence } of cuts) {
    if (first_sentence !== next || last_sentence < first_sentence) return false;
    next = last_sentence + 1;
  }
  return next === sentences + 1;
}

function readFixed(answer: unknown, { request, transcripts }: { request: StoryboardRequest; transcripts: string[] }): Reading<StoryboardScene[]> {
  const looks = readLooks(answer, transcripts.map((_, at) => at + 1));
  return looks.ok ? compose(looks.value, { request, transcripts }) : looks;
}

function readLooks(answer: unknown, wanted: readonly number[]): Reading<FixedScene[]> {
  const parsed = FIXED_SCENES.safeParse(answer);
  if (!parsed.success) return { ok: false, problem: WRONG_FORM };
  const { scenes } = parsed.data;
  const fits = scenes.length === wanted.length && scenes.every(({ scene }, at) => scene === wanted[at]);
  return fits ? { ok: true, value: scenes } : { ok: false, problem: `It did not have the scenes ${wanted.join(', ')} once and in order.` };
}

function compose(looks: readonly SceneLook[], { request, transcripts }: { request: StoryboardRequest; transcripts: string[] }): Reading<StoryboardScene[]> {
  const scenes = looks.map((look, at) => sceneFrom(look, { at, transcript: transcripts[at] ?? '', request }));
  const mute = scenes.find(({ transcript }) => !hasSpeakableText(transcript));
  if (mute) return { ok: false, problem: `Scene ${mute.scene} had no word to speak; join it to a neighbour.` };
  const bare = scenes.find(({ visual }) => !visual.background.prompt && !visual.background.asset);
  if (bare) return { ok: false, problem: `Scene ${bare.scene} had no background.` };
  const lacksTitles = request.mode === 'b_roll' && !request.caller_scenes && scenes.every(({ visual }) => !visual.b_roll);
  return lacksTitles ? { ok: false, problem: 'No scene had a b_roll title.' } : { ok: true, value: scenes };
}

/** What the caller decided stands; the rest is the planner's. */
function sceneFrom(look: SceneLook, { at, transcript, request }: { at: number; transcript: string; request: StoryboardRequest }): StoryboardScene {
  const caller: CallerScene | undefined = request.caller_scenes?.[at];
  const title = request.mode === 'b_roll' && !caller && look.b_roll !== null ? { prompt: look.b_roll, asset: null } : null;
  return {
    scene: at + 1,
    transcript,
    pose: caller?.pose ?? (request.mode === 'pose' ? poseOf(look) : CALM),
    visual: {
      framing: caller?.framing ?? look.framing,
      background: caller?.background ?? request.background ?? { prompt: look.background, asset: null },
      b_roll: caller?.b_roll ?? title,
      ...wordsOf(look),
    },
    estimated_ms: estimateSpeech(transcript),
  };
}

function poseOf({ pose, pose_intensity }: SceneLook): Pose {
  return { name: pose, intensity: Math.round(pose_intensity * 20) / 20 };
}

function wordsOf({ place, time_of_day, mood }: SceneLook): Pick<SceneVisual, 'place' | 'time_of_day' | 'mood'> {
  return { place, time_of_day, mood };
}

function revision(request: StoryboardRequest, previous: readonly StoryboardScene[]): Task {
  const named = request.revise?.scenes ?? [];
  const chosen = previous.filter(({ scene }) => named.length === 0 || named.includes(scene));
  return {
    question: reviseQuestion(request, chosen),
    read(answer) {
      const looks = readLooks(answer, chosen.map(({ scene }) => scene));
      if (!looks.ok) return looks;
      const byScene = new Map(looks.value.map((look) => [look.scene, look]));
      return { ok: true, value: previous.map((scene) => reviseScene(scene, byScene.get(scene.scene))) };
    },
  };
}

/** Words stay the script's, and a scene that nobody named stays as it was, byte for byte. */
function reviseScene(scene: StoryboardScene, look: FixedScene | undefined): StoryboardScene {
  if (!look) return scene;
  const { background, b_roll } = scene.visual;
  const isSameTitle = b_roll !== null && (look.b_roll === b_roll.prompt || b_roll.asset !== null);
  return {
    ...scene,
    pose: poseOf(look),
    visual: {
      framing: look.framing,
      background: look.background === null ? background : { prompt: look.background, asset: null },
      b_roll: look.b_roll === null ? (b_roll?.asset ? b_roll : null) : isSameTitle ? b_roll : { prompt: look.b_roll, asset: null },
      ...wordsOf(look),
    },
  };
}
