import { ANY_VOICE, type VoiceProfile } from '../../contracts/media';

/**
 * The id under which a family knows a voice. Voices are bound to the family that made them: `elevenlabs:abc` is nothing to
 * another one. Null for a foreign voice; `fallback` where any voice will do.
 */
export function voiceIn(family: string, voice: VoiceProfile, fallback: string): string | null {
  if (voice.voice_id === ANY_VOICE) return fallback;
  const prefix = `${family}:`;
  return voice.family === family && voice.voice_id.startsWith(prefix) ? voice.voice_id.slice(prefix.length) : null;
}

/** Why a voice is refused, for people. */
export function foreignVoice(family: string, voice: VoiceProfile): string {
  return `The voice belongs to ${voice.family}; ${family} cannot speak with it. Choose a voice of ${family}, or ${voice.family} for speech.`;
}
