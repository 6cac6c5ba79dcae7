import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import { ProblemError, requestInvalid } from '../contracts/errors';

const JSON_LIMIT_BYTES = 256 * 1024;

/** Of any type, because the type was looked at before. */
const parse = express.json({ limit: JSON_LIMIT_BYTES, strict: false, type: () => true, verify: requireUtf8 });

/** Bytes that are no text would be stored as replacement characters, and said as such. */
function requireUtf8(_request: unknown, _response: unknown, body: Buffer, encoding: string): void {
  if (encoding === 'utf-8' && !isUtf8(body)) throw new TypeError('the body is not UTF-8');
}

/**
 * The JSON value of a request's body.
 * @throws ProblemError `media_type_unsupported`, `body_too_large` or `request_invalid`
 */
export async function readJson(request: Request, response: Response): Promise<unknown> {
  if (!request.is('application/json')) throw refusal(request);
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: unknown) => (error ? reject(translate(error)) : resolve()));
  });
  const body: unknown = request.body;
  return body;
}

/** `is` says no to a missing body as well as to another type. */
function refusal(request: Request): ProblemError {
  const type = request.headers['content-type'];
  if (type?.split(';')[0]?.trim().toLowerCase() === 'application/json') {
    return requestInvalid([{ pointer: '', message: 'the body must be a JSON object' }]);
  }
  return new ProblemError('media_type_unsupported');
}

function translate(error: unknown): ProblemError {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : null;
  if (type === 'entity.too.large') return new ProblemError('body_too_large', { detail: 'A JSON body may have 256 KiB.' });
  if (type === 'charset.unsupported' || type === 'encoding.unsupported') return new ProblemError('media_type_unsupported');
  return requestInvalid([{ pointer: '', message: 'the body is not valid JSON' }]);
}
