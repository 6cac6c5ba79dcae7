import type { Support } from '../../capabilities/adapter';
import type { PlanAdapter, StoryboardRequest } from '../../capabilities/plan';
import { ONE_CALL, paidAdapter } from '../../paid-adapter';
import { countWords } from '../../script/sentences';
import { OPENAI, type OpenaiTools } from '../client';
import { planCost } from '../prices';
import { MAX_SCENES } from './scene-prompt';
import { planScriptText } from './script';
import { planScenes } from './storyboard';

/** Raised when the same request would be asked in other words. */
const PROMPTS = 'prompts-1';
/** As long as a script may be. */
const MOST_CHARACTERS = 5_000;

/** Scripts from briefs and storyboards from scripts, by a language model whose answer is checked against the rules. */
export function openaiPlan(tools: OpenaiTools): PlanAdapter {
  const { tariff } = tools;
  return {
    ...paidAdapter('plan', { family: OPENAI, model: `${tariff.plan.model} (${PROMPTS})`, traits: ONE_CALL }),
    supports,
    estimate: () => planCost(tariff, MOST_CHARACTERS),
    script: (request, context) => planScriptText(tools, request, context),
    storyboard: async (request, context) => ({ scenes: await planScenes(tools, request, context) }),
  };
}

function supports(request: StoryboardRequest): Support {
  if ((request.caller_scenes?.length ?? 0) > MAX_SCENES) return { ok: false, reason: `at most ${MAX_SCENES} scenes can be planned` };
  if (!request.caller_scenes && countWords(request.script) === 0) return { ok: false, reason: 'the script has no word that can be spoken' };
  return { ok: true };
}
