import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { WebhookReport } from '../capabilities/paid-operation';
import type { WebhookKeys } from './webhook-keys';

/** A report that is older, or from further ahead, is refused, as the documentation advises. */
const TOLERANCE_MS = 5 * 60_000;

const report = z.object({ request_id: z.string().min(1).max(200) });

export interface SignedReport {
  operation_key: string;
  headers: Record<string, string>;
  body: Uint8Array;
  now: Date;
}

/**
 * Checks that fal itself reports, and lately: Ed25519 over request id, user id, time and the SHA-256 of the body, each on a
 * line of its own, by one of the keys that fal publishes. Null for anything else. Says nothing about the result: that is
 * asked for with our own key.
 */
export async function readReport(signed: SignedReport, keys: WebhookKeys): Promise<WebhookReport | null> {
  const header = (name: string): string => signed.headers[`x-fal-webhook-${name}`] ?? '';
  const [request_id, timestamp, signature] = [header('request-id'), header('timestamp'), header('signature')];
  if (!isRecent(timestamp, signed.now) || !/^[0-9a-f]{128}$/i.test(signature)) return null;
  const said = report.safeParse(parseJson(signed.body));
  if (!said.success || said.data.request_id !== request_id) return null;
  const digest = createHash('sha256').update(signed.body).digest('hex');
  const message = Buffer.from([request_id, header('user-id'), timestamp, digest].join('\n'));
  if (!(await isSigned(message, Buffer.from(signature, 'hex'), { keys, now: signed.now }))) return null;
  return { event_id: request_id, operation_key: signed.operation_key, job: { id: request_id, urls: null } };
}

function isRecent(timestamp: string, now: Date): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(now.getTime() - Number(timestamp) * 1_000) <= TOLERANCE_MS;
}

/** Asks for the keys anew, once, where none of those that are known fits. */
async function isSigned(message: Buffer, signature: Buffer, { keys, now }: { keys: WebhookKeys; now: Date }): Promise<boolean> {
  const fits = (all: KeyObject[]): boolean => all.some((key) => verify(null, message, key, signature));
  return fits(await keys.known(now)) || fits(await keys.renewed(now));
}

/** A published Ed25519 key (RFC 8037); null for one of another kind. */
export function keyOf(jwk: { kty: string; crv: string; x: string }): KeyObject | null {
  if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed25519' || !/^[\w-]{43}$/.test(jwk.x)) return null;
  return createPublicKey({ key: jwk, format: 'jwk' });
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return null;
  }
}
