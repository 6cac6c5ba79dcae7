import type { ScriptContextOutput } from '../../../contracts/stages';
import type { StoryboardScene } from '../../../contracts/media';
import type { Support } from '../../capabilities/adapter';
import type { PlanAdapter, ScriptRequest, StoryboardRequest } from '../../capabilities/plan';
import { describeScript } from '../../script/describe-script';
import { MAX_SCENES } from './scene-split';
import { reviseScript, writeScript } from './script-writer';
import { countWords } from '../../script/sentences';
import { planStoryboard, reviseScene } from './storyboard';
import { localAdapter } from '../local-adapter';

/** Plans scripts and storyboards by rules: no model, no network, the same answer every time. */
export function createLocalPlan(): PlanAdapter {
  return {
    ...localAdapter('plan', 'rules-1', { queue: null, inputs: 'inline' }),
    supports,
    script: async (request) => describeScript(chooseScript(request)),
    storyboard: async (request) => ({ scenes: storyboard(request) }),
  };
}

function supports(request: StoryboardRequest): Support {
  if ((request.caller_scenes?.length ?? 0) > MAX_SCENES)
    return { ok: false, reason: `at most ${MAX_SCENES} scenes can be planned` };
  if (!request.caller_scenes && countWords(request.script) === 0)
    return { ok: false, reason: 'the script has no word that can be spoken' };
  return { ok: true };
}

function chooseScript(request: ScriptRequest): Pick<ScriptContextOutput, 'script' | 'source'> {
  const given = request.script ?? request.scenes?.join('\n\n') ?? null;
  if (given === null) return { script: writeScript(request.brief ?? '', request), source: 'brief' };
  const seen = request.note === null ? given : reviseScript(request.previous ?? given, request.note);
  return {
    script: seen.replace(/\r\n?/g, '\n').trim(),
    source: request.script === null ? 'scenes' : 'script',
  };
}

function storyboard(request: StoryboardRequest): StoryboardScene[] {
  const revise = request.revise;
  if (!revise) return planStoryboard(request);
  return (request.previous ?? planStoryboard(request)).map((scene) =>
    revise.scenes.length === 0 || revise.scenes.includes(scene.scene)
      ? reviseScene(scene, { note: revise.note, seed: request.seed })
      : scene,
  );
}
