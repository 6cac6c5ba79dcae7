import { createHmac } from 'node:crypto';

/** What a signature covers. */
export interface SignedMessage {
  /** `webhook-id`: the same for every attempt, so that a receiver can drop what it has seen. */
  id: string;
  /** `webhook-timestamp`: seconds since 1970, of this attempt. */
  timestamp: number;
  body: string;
}

/** Bytes of a signing key below which nobody should trust it (Standard Webhooks 1.0 asks for 24 to 64). */
const LEAST_KEY_BYTES = 16;

export class SecretUnusable extends Error {
  constructor() {
    super('A signing secret is not base64 of 16 bytes or more.');
    this.name = 'SecretUnusable';
  }
}

/**
 * Headers of Standard Webhooks 1.0: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, one signature for each
 * secret in their order, so that during a rotation both the old and the new one verify.
 * @throws SecretUnusable
 */
export function signatureHeaders(message: SignedMessage, secrets: readonly string[]): Record<string, string> {
  const signed = `${message.id}.${message.timestamp}.${message.body}`;
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestamp),
    'webhook-signature': secrets.map((secret) => `v1,${macOf(signed, secret)}`).join(' '),
  };
}

function macOf(text: string, secret: string): string {
  return createHmac('sha256', keyOf(secret)).update(text).digest('base64');
}

/** `whsec_` and base64, as the specification writes secrets; the prefix may be missing. */
function keyOf(secret: string): Buffer {
  const encoded = secret.replace(/^whsec_/, '');
  const key = /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
  if (key.length < LEAST_KEY_BYTES) throw new SecretUnusable();
  return key;
}
