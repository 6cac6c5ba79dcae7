import { z } from 'zod';
import type { FaultKind } from '../capabilities/provider-fault';
import type { Judge } from '../http/answer-fault';

/** The shape of every refusal of this provider; what it says in words is never read. */
const REFUSAL = z.object({ error: z.object({ code: z.string().nullish(), type: z.string().nullish() }) });

/** Codes that say more than their status, or something else. */
const KINDS: Record<string, FaultKind> = {
  insufficient_quota: 'quota_exhausted',
  billing_hard_limit_reached: 'quota_exhausted',
  billing_not_active: 'quota_exhausted',
  account_deactivated: 'auth',
  invalid_api_key: 'auth',
  rate_limit_exceeded: 'rate_limited',
  slow_down: 'capacity',
  engine_overloaded: 'capacity',
  server_is_overloaded: 'capacity',
  moderation_blocked: 'content_rejected',
  content_policy_violation: 'content_rejected',
  invalid_prompt: 'content_rejected',
  content_filter: 'content_rejected',
  model_not_found: 'unsupported',
  unsupported_country_region_territory: 'auth',
};

/** Reads the provider's own codes; a code it does not know leaves the answer to its status. */
export const judgeOpenai: Judge = ({ body }) => {
  const refusal = REFUSAL.safeParse(body);
  if (!refusal.success) return null;
  const { code, type } = refusal.data.error;
  const kind = KINDS[code ?? ''] ?? KINDS[type ?? ''];
  return kind ? { kind } : null;
};
