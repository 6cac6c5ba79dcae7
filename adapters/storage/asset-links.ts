import type { AssetRef } from '../../contracts/media';
import type { AssetStore } from './asset-store';

/** An asset with a link that expires. */
export interface Asset extends AssetRef {
  url: string;
  url_expires_at: string;
}

export interface LinkMaker {
  store: Pick<AssetStore, 'sign'>;
  /** How long a link lives, in ms. */
  ttl_ms: number;
  now(): Date;
}

const EXTENSIONS: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/mpeg': 'mp3',
  'text/vtt': 'vtt',
  'application/x-subrip': 'srt',
  'application/json': 'json',
};

export async function linkAsset({ store, ttl_ms, now }: LinkMaker, tenant: string, ref: AssetRef): Promise<Asset> {
  const at = now();
  const expires = new Date(at.getTime() + ttl_ms);
  const { asset_id, content_type, bytes, sha256 } = ref;
  const filename = `${asset_id}.${EXTENSIONS[content_type] ?? 'bin'}`;
  const url = await store.sign({ tenant, sha256, asset_id, content_type, filename, expires_at: expires, now: at });
  return { asset_id, content_type, bytes, sha256, url, url_expires_at: expires.toISOString() };
}

/**
 * A copy of a stored document in which every asset reference has become an asset with a link; members beside the
 * reference's own stay. Links are signed when somebody reads, never before.
 */
export async function withLinks(links: LinkMaker, tenant: string, value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((item) => withLinks(links, tenant, item)));
  if (typeof value !== 'object' || value === null) return value;
  const members = await Promise.all(
    Object.entries(value).map(async ([name, member]) => [name, await withLinks(links, tenant, member)] as const),
  );
  const copy: Record<string, unknown> = Object.fromEntries(members);
  return isAssetRef(value) ? { ...copy, ...(await linkAsset(links, tenant, value)) } : copy;
}

function isAssetRef(value: object): value is AssetRef {
  const has = (name: string, type: string) => typeof Reflect.get(value, name) === type;
  return has('asset_id', 'string') && has('sha256', 'string') && has('content_type', 'string') && has('bytes', 'number');
}
