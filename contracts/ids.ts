import { randomUUID } from 'node:crypto';

export const ID_PREFIXES = { job: 'job_', avatar: 'av_', asset: 'as_', event: 'ev_', decision: 'dec_', delivery: 'dlv_' } as const;
export type IdKind = keyof typeof ID_PREFIXES;

/**
 * A prefix and a UUIDv7 (RFC 9562) in hex without dashes, so that ids sort by the time they were made. The random digits and
 * the variant are those of a UUIDv4, for which Node keeps random bytes in store: asking the system each time costs five times
 * as much.
 */
export function newId(kind: IdKind, now: Date, random: string = randomUUID()): string {
  const time = now.getTime().toString(16).padStart(12, '0');
  return `${ID_PREFIXES[kind]}${time}7${random.slice(15, 18)}${random.slice(19, 23)}${random.slice(24)}`;
}

/** Prefix and 32 hex digits; the version of the UUID is not checked. */
export function isId(kind: IdKind, text: string): boolean {
  const prefix = ID_PREFIXES[kind];
  return text.startsWith(prefix) && /^[0-9a-f]{32}$/.test(text.slice(prefix.length));
}
