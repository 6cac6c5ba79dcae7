import { randomBytes } from 'node:crypto';

export const ID_PREFIXES = { job: 'job_', avatar: 'av_', asset: 'as_', event: 'ev_', decision: 'dec_', delivery: 'dlv_' } as const;
export type IdKind = keyof typeof ID_PREFIXES;

/** A prefix and a UUIDv7 (RFC 9562) in hex without dashes, so that ids sort by the time they were made. */
export function newId(kind: IdKind, now: Date, random: Uint8Array = randomBytes(10)): string {
  const time = now.getTime().toString(16).padStart(12, '0');
  const tail = Buffer.from(random);
  tail[0] = 0x70 | (tail[0]! & 0x0f);
  tail[2] = 0x80 | (tail[2]! & 0x3f);
  return `${ID_PREFIXES[kind]}${time}${tail.toString('hex')}`;
}

/** Prefix and 32 hex digits; the version of the UUID is not checked. */
export function isId(kind: IdKind, text: string): boolean {
  const prefix = ID_PREFIXES[kind];
  return text.startsWith(prefix) && /^[0-9a-f]{32}$/.test(text.slice(prefix.length));
}
