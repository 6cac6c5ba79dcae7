import type { CapabilityAdapters, FamilySettings } from '../provider-family';
import { openaiBackground } from './background';
import { openaiTools } from './client';
import { openaiImage } from './image';
import { openaiPlan } from './plan/plan-adapter';
import { openaiSpeech } from './speech';

/** The family's adapters, behind one account. */
export function loadOpenai(settings: FamilySettings): Partial<CapabilityAdapters> {
  const tools = openaiTools(settings);
  return { plan: openaiPlan(tools), image: openaiImage(tools), speech: openaiSpeech(tools), background: openaiBackground(tools) };
}
