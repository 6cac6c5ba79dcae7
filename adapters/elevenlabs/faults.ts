import { z } from 'zod';
import type { FaultKind } from '../capabilities/provider-fault';
import type { Judge } from '../http/answer-fault';

/** The shape of a refusal by the provider's own rules; refusals of a wrong form have a list instead, and only a status. */
const REFUSAL = z.object({ detail: z.object({ status: z.string().nullish(), code: z.string().nullish() }) });

/** Codes that say more than their status, or something else: 401 is not always about the key, nor 429 about the pace. */
const KINDS: Record<string, FaultKind> = {
  quota_exceeded: 'quota_exhausted',
  payment_required: 'quota_exhausted',
  payment_issue: 'quota_exhausted',
  voice_limit_reached: 'quota_exhausted',
  voice_add_edit_limit_reached: 'quota_exhausted',
  invalid_api_key: 'auth',
  needs_authorization: 'auth',
  missing_permissions: 'auth',
  detected_unusual_activity: 'auth',
  too_many_concurrent_requests: 'capacity',
  concurrent_limit_exceeded: 'capacity',
  system_busy: 'rate_limited',
  rate_limit_exceeded: 'rate_limited',
  content_against_policy: 'content_rejected',
  voice_not_found: 'unsupported',
  model_not_found: 'unsupported',
  can_not_use_instant_voice_cloning: 'unsupported',
  max_character_limit_exceeded: 'bad_input',
};

/** Reads the provider's own codes; a code it does not know leaves the answer to its status. */
export const judgeElevenlabs: Judge = ({ body, purpose }) => {
  const refusal = REFUSAL.safeParse(body);
  if (!refusal.success || purpose !== 'submit') return null;
  const code = refusal.data.detail.status ?? refusal.data.detail.code ?? '';
  const kind = KINDS[code] ?? (/verif/.test(code) ? 'unsupported' : undefined);
  return kind ? { kind } : null;
};
