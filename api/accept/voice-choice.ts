import { requestInvalid } from '../../contracts/errors';
import { voiceFamily } from '../../workflows/effective';
import type { ApiSettings } from '../deps';

/**
 * A named voice must be one that a family chosen for speech may have: what comes before speech would be paid for nothing.
 * @throws ProblemError `request_invalid`
 */
export function requireVoice(wish: { voice_id: string | null } | null | undefined, pointer: string, settings: ApiSettings): void {
  const voiceId = wish?.voice_id ?? null;
  const message = voiceId === null ? null : whyNot(voiceId, settings);
  if (message !== null) throw requestInvalid([{ pointer: `${pointer}/voice_id`, message }]);
}

function whyNot(voiceId: string, { routing, mayHaveVoice }: ApiSettings): string | null {
  const family = voiceFamily(voiceId);
  const fallbacks = routing.fallbacks?.speech?.map((route) => route.family) ?? [];
  const speakers = [routing.families?.speech ?? 'local', ...fallbacks];
  if (!speakers.includes(family)) return `a voice of ${family}, which does not speak here; those who do: ${speakers.join(', ')}`;
  return mayHaveVoice(family, voiceId) ? null : `${family} has no voice of this name`;
}
