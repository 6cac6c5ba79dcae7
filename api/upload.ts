import busboy from 'busboy';
import type { Request } from 'express';
import { PassThrough, type Readable } from 'node:stream';
import { ContentTooLarge, type AssetStore, type StoredContent } from '../adapters/storage/asset-store';
import { ProblemError, requestInvalid } from '../contracts/errors';

/** 50 MB, as people count. */
export const UPLOAD_LIMIT_BYTES = 50_000_000;

export interface Upload extends StoredContent {
  content_type: string;
}

/** The media type without parameters, or the type of unknown bytes. */
export function cleanType(header: string): string {
  const type = header.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/.test(type) && type.length <= 100 ? type : 'application/octet-stream';
}

/**
 * Streams an upload into the store, never holding it in memory.
 * @throws ProblemError `body_too_large`, `media_type_unsupported` or `request_invalid`
 */
export async function receiveUpload(request: Request, store: AssetStore, tenant: string): Promise<Upload> {
  if (Number(request.headers['content-length'] ?? 0) > UPLOAD_LIMIT_BYTES + MULTIPART_SLACK_BYTES) throw tooLarge();
  const type = cleanType(request.headers['content-type'] ?? '');
  if (type === 'application/x-www-form-urlencoded') throw new ProblemError('media_type_unsupported', { detail: UPLOAD_TYPES });
  try {
    const upload = type.startsWith('multipart/')
      ? await receiveForm(request, store, tenant)
      : await receiveRaw(request, store, { tenant, content_type: type });
    if (upload.bytes === 0) throw requestInvalid([{ pointer: '/file', message: 'must not be empty' }]);
    return upload;
  } catch (error) {
    // What is left of the body is read and dropped, so that the caller gets to see the answer.
    request.unpipe();
    request.resume();
    throw error instanceof ContentTooLarge ? tooLarge() : error;
  }
}

const MULTIPART_SLACK_BYTES = 16 * 1024;
const UPLOAD_TYPES = 'Send the file as the raw body with its own content type, or as the field `file` of multipart/form-data.';

function tooLarge(): ProblemError {
  return new ProblemError('body_too_large', { detail: 'An upload may have 50 MB.' });
}

/** The request itself must not be destroyed by a failing store: its socket still has to carry the answer. */
function detached(request: Request): PassThrough {
  const copy = new PassThrough();
  request.once('aborted', () => copy.destroy(new ProblemError('request_invalid', { detail: 'The upload broke off.' })));
  return request.pipe(copy);
}

async function receiveRaw(
  request: Request,
  store: AssetStore,
  to: { tenant: string; content_type: string },
): Promise<Upload> {
  const content = await store.put(to.tenant, detached(request), { content_type: to.content_type, limit_bytes: UPLOAD_LIMIT_BYTES });
  return { ...content, content_type: to.content_type };
}

function receiveForm(request: Request, store: AssetStore, tenant: string): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const form = openForm(request, reject);
    let stored: Promise<Upload> | null = null;
    form.on('file', (field: string, file: Readable, info: { mimeType: string }) => {
      // The form may break off in a part that nobody reads, or not yet; the form's own error is the one that is told.
      file.on('error', () => undefined);
      if (field !== 'file' || stored) return void file.resume();
      const content_type = cleanType(info.mimeType);
      stored = store
        .put(tenant, file, { content_type, limit_bytes: UPLOAD_LIMIT_BYTES })
        .then((content) => ({ ...content, content_type }));
      stored.catch(reject);
    });
    form.on('error', () => reject(requestInvalid([{ pointer: '', message: 'the multipart body is not valid' }])));
    form.on('close', () => {
      if (stored) stored.then(resolve, reject);
      else reject(requestInvalid([{ pointer: '/file', message: 'required: the multipart field `file`' }]));
    });
    detached(request).on('error', reject).pipe(form);
  });
}

function openForm(request: Request, reject: (error: unknown) => void): busboy.Busboy {
  try {
    return busboy({ headers: request.headers, limits: { files: 2, fields: 20, fieldSize: 4_096, parts: 24 } });
  } catch {
    reject(requestInvalid([{ pointer: '', message: 'the multipart body names no boundary' }]));
    throw new ProblemError('request_invalid');
  }
}
