import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { ContentMissing, StoreAway, storageKey, type AssetStore, type LinkRequest } from './asset-store';
import { spool, verified, writeWhole, type SpooledContent } from './hashing';

export interface S3StoreOptions {
  bucket: string;
  region: string;
  /** For a store other than Amazon's. */
  endpoint?: string | undefined;
  /** Left out: the usual chain of the SDK (environment, profile, instance role). */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
}

const nothing = (): void => undefined;
/** Errors reach the caller; the SDK's own warnings would go to the console. */
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * Assets in a bucket under `<tenant>/<sha256>`. A write is conditional (`If-None-Match: *`) and carries its SHA-256, so
 * the store refuses what was damaged on the way and never replaces what is there.
 */
export function createS3Store(options: S3StoreOptions): AssetStore {
  const client = new S3Client({
    region: options.region,
    logger: SILENT,
    ...(options.endpoint ? { endpoint: options.endpoint, forcePathStyle: true } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
  });
  const at = (tenant: string, sha256: string) => ({ Bucket: options.bucket, Key: storageKey({ tenant, sha256 }) });
  const store: AssetStore = {
    kind: 's3',
    async put(tenant, source, { content_type, limit_bytes }) {
      const folder = await mkdtemp(path.join(os.tmpdir(), 'understudy-put-'));
      try {
        const content = await spool(source, path.join(folder, randomBytes(8).toString('hex')), limit_bytes);
        await upload(client, content, { ...at(tenant, content.sha256), ContentType: content_type }).catch(orAway);
        return { sha256: content.sha256, bytes: content.bytes };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    async open(key, range) {
      const wanted = range ? { Range: `bytes=${range.start}-${range.end}` } : {};
      const answer = await client.send(new GetObjectCommand({ ...at(key.tenant, key.sha256), ...wanted })).catch(orMissing).catch(orAway);
      if (!(answer.Body instanceof Readable)) throw new ContentMissing();
      return range ? answer.Body : verified(answer.Body, key.sha256);
    },
    async toFile(key, target) {
      await writeWhole(await store.open(key), target).catch(orAway);
    },
    exists: (key) => isThere(client, at(key.tenant, key.sha256)).catch(orAway),
    async erase(key) {
      const there = await store.exists(key);
      await client.send(new DeleteObjectCommand(at(key.tenant, key.sha256))).catch(orAway);
      return there;
    },
    sign: (request) => presign(client, at(request.tenant, request.sha256), request),
  };
  return store;
}

type Place = { Bucket: string; Key: string };

const UPLOAD_ATTEMPTS = 5;

/** The SDK cannot send a stream twice, so every attempt opens the file anew. */
async function upload(client: S3Client, content: SpooledContent, target: Place & { ContentType: string }): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await uploadOnce(client, content, target);
    } catch (error) {
      const status = statusOf(error);
      if (status === 412) return;
      // 409: somebody else writes the same bytes at this moment.
      const passing = status === undefined || status === 409 || status === 429 || status >= 500;
      if (!passing || attempt === UPLOAD_ATTEMPTS) throw error;
      await delay(50 * 2 ** attempt);
    }
  }
}

async function uploadOnce(client: S3Client, content: SpooledContent, target: Place & { ContentType: string }): Promise<void> {
  const command = new PutObjectCommand({
    ...target,
    Body: createReadStream(content.path),
    ContentLength: content.bytes,
    ChecksumSHA256: Buffer.from(content.sha256, 'hex').toString('base64'),
    IfNoneMatch: '*',
  });
  await client.send(command);
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

async function isThere(client: S3Client, place: Place): Promise<boolean> {
  try {
    await client.send(new HeadObjectCommand(place));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function presign(client: S3Client, place: Place, request: LinkRequest): Promise<string> {
  const command = new GetObjectCommand({
    ...place,
    ResponseContentType: request.content_type,
    ResponseContentDisposition: `inline; filename="${request.filename.replace(/[^A-Za-z0-9._-]/g, '_')}"`,
  });
  const seconds = Math.max(1, Math.round((request.expires_at.getTime() - request.now.getTime()) / 1_000));
  return getSignedUrl(client, command, { expiresIn: seconds });
}

function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

function orMissing(error: unknown): never {
  throw isMissing(error) ? new ContentMissing() : error;
}

/** Codes of node for a server that cannot be reached, and the SDK's name for one that is silent for too long. */
const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|TimeoutError)$/;

/** What the SDK has tried several times already and what another key or bucket would not mend. */
function orAway(error: unknown): never {
  const status = statusOf(error);
  if (status !== undefined && (status === 429 || status >= 500)) throw new StoreAway(`status ${status}`);
  const words = typeof error === 'object' && error !== null ? [Reflect.get(error, 'code'), Reflect.get(error, 'name')] : [];
  const why = words.find((word) => UNREACHABLE.test(String(word)));
  throw why === undefined ? error : new StoreAway(String(why));
}
