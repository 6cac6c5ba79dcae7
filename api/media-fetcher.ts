import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { send } from '../adapters/http/send';
import type { AssetStore } from '../adapters/storage/asset-store';
import { checkUrl, type Resolve, type UrlPolicy } from '../adapters/url-check';
import type { IdKind } from '../contracts/ids';
import type { AssetRef } from '../contracts/media';
import { keepAsset } from '../db/assets';
import type { Db } from '../db/pool';
import { cleanType, UPLOAD_LIMIT_BYTES } from './upload';

/** Fetches a caller's picture or recording into the store; the reason in words when that is not possible. */
export type MediaFetcher = (url: string, tenant: string) => Promise<{ ok: true; asset: AssetRef } | { ok: false; reason: string }>;

const TIMEOUT_MS = 20_000;
const SILENCE_MS = 10_000;

export interface MediaFetcherOptions {
  db: Db;
  store: AssetStore;
  policy: UrlPolicy;
  /** How names become addresses; default: the system's DNS. */
  resolve?: Resolve;
  now(): Date;
  newId(kind: IdKind): string;
}

/**
 * Fetches over connections that only go to checked addresses: the URL is judged here and the address again when the
 * connection is made, literal or resolved. Follows no redirect, takes 50 MB and 20 seconds at most.
 */
export function createMediaFetcher(options: MediaFetcherOptions): MediaFetcher {
  return async (url, tenant) => {
    const verdict = checkUrl(url, options.policy);
    if (!verdict.ok) return verdict;
    try {
      const answer = await ask(verdict.url, options);
      if (answer.statusCode !== 200) {
        answer.destroy();
        return { ok: false, reason: `could not be fetched: the server answered ${answer.statusCode}` };
      }
      const content_type = cleanType(answer.headers['content-type'] ?? '');
      return { ok: true, asset: await keep(options, { tenant, content_type, body: answer }) };
    } catch {
      // The reason may tell about somebody's network, so the caller only learns that it did not work.
      return { ok: false, reason: 'could not be fetched' };
    }
  };
}

/** With the client that providers are asked with: an answer that breaks off harms nobody but itself. */
function ask(url: URL, { policy, resolve }: MediaFetcherOptions): Promise<IncomingMessage> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return send({ reach: { url, policy, own: false }, method: 'GET', headers: { 'user-agent': 'Understudy' }, body: null, signal, silence_ms: SILENCE_MS, ...(resolve ? { resolve } : {}) });
}

async function keep(
  options: MediaFetcherOptions,
  media: { tenant: string; content_type: string; body: Readable },
): Promise<AssetRef> {
  const { tenant, content_type } = media;
  const content = await options.store.put(tenant, media.body, { content_type, limit_bytes: UPLOAD_LIMIT_BYTES });
  const row = await keepAsset(options.db, options.store, {
    asset_id: options.newId('asset'),
    tenant,
    content_type,
    ...content,
    now: options.now(),
  });
  return { asset_id: row.asset_id, sha256: row.sha256, content_type: row.content_type, bytes: row.bytes };
}
