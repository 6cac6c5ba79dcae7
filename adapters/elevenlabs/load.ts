import type { FamilySettings, LoadedFamily } from '../provider-family';
import { elevenlabsTools } from './client';
import { elevenlabsSpeech } from './speech';
import { elevenlabsVoice } from './voice';
import { voiceDesk } from './voice-desk';

/** The family's adapters, behind one account. */
export function loadElevenlabs(settings: FamilySettings): LoadedFamily {
  const tools = elevenlabsTools(settings);
  return { adapters: { speech: elevenlabsSpeech(tools), voice: elevenlabsVoice(tools) }, desk: voiceDesk(tools) };
}
