/** Nobody may park us for longer. */
const LONGEST_MS = 24 * 3_600_000;

/** How long a `Retry-After` header (RFC 9110 §10.2.3: seconds, or a date) asks to wait, in ms; null where it says nothing. */
export function retryAfterMs(header: string | string[] | undefined, now: Date): number | null {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return null;
  const wait = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now.getTime();
  return Number.isNaN(wait) ? null : Math.min(LONGEST_MS, Math.max(0, wait));
}
