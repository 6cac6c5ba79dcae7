import type { ByteRange } from '../adapters/storage/asset-store';

/**
 * The part that a `Range` header asks for (RFC 9110, one range of bytes); null for the whole, also where the header is
 * not understood or names several parts, as the standard allows.
 */
export function parseRange(header: string | undefined, bytes: number): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  if (match[1] === '') {
    const wanted = Math.min(Number(match[2]), bytes);
    return wanted === 0 ? 'unsatisfiable' : { start: bytes - wanted, end: bytes - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? bytes - 1 : Math.min(Number(match[2]), bytes - 1);
  if (start >= bytes) return 'unsatisfiable';
  return end < start ? null : { start, end };
}
