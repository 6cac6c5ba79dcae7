import type { Request } from 'express';
import { IDEMPOTENCY_KEY } from '../contracts/common.schema';
import { requestInvalid } from '../contracts/errors';

/**
 * Puts the key of the `Idempotency-Key` header (bare, or quoted as RFC 8941 wants it) into the body, so that one schema
 * checks it.
 * @throws ProblemError when body and header differ
 */
export function withKey(fields: Record<string, unknown>, request: Request): Record<string, unknown> {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return fields;
  const key = String(header).trim().replace(/^"(.*)"$/, '$1');
  if (!IDEMPOTENCY_KEY.test(key)) throw requestInvalid([{ pointer: '/header/idempotency-key', message: KEY_FORM }]);
  const inBody = fields['idempotency_key'];
  if (inBody !== undefined && inBody !== key) {
    throw requestInvalid([{ pointer: '/idempotency_key', message: 'differs from the Idempotency-Key header' }]);
  }
  return { ...fields, idempotency_key: key };
}

const KEY_FORM = '1 to 255 of the characters A-Z a-z 0-9 . _ ~ : -, bare or in double quotes';
