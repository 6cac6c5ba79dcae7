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
  /** Which of these assets of a tenant were erased: their bytes may still lie in the store, and it would sign for them. */
  findErased(tenant: string, assetIds: string[]): Promise<ReadonlySet<string>>;
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

export async function linkAsset({ store, ttl_ms, now }: Omit<LinkMaker, 'findErased'>, tenant: string, ref: AssetRef): Promise<Asset> {
  const at = now();
  const expires = new Date(at.getTime() + ttl_ms);
  const { asset_id, content_type, bytes, sha256 } = ref;
  const filename = `${asset_id}.${EXTENSIONS[content_type] ?? 'bin'}`;
  const url = await store.sign({ tenant, sha256, asset_id, content_type, filename, expires_at: expires, now: at });
  return { asset_id, content_type, bytes, sha256, url, url_expires_at: expires.toISOString() };
}

/**
 * Copies of stored documents in which every asset reference has become an asset with a link, or null where the asset was
 * erased; members beside the reference's own stay. Links are signed when somebody reads, never before.
 */
export async function withLinks(links: LinkMaker, tenant: string, documents: readonly unknown[]): Promise<unknown[]> {
  const ids = [...new Set(assetIdsIn(documents))];
  const erased = ids.length > 0 ? await links.findErased(tenant, ids) : new Set<string>();
  return Promise.all(documents.map((document) => linkTree({ links, tenant, erased }, document)));
}

function assetIdsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const within = Object.values(value).flatMap(assetIdsIn);
  return isAssetRef(value) ? [value.asset_id, ...within] : within;
}

async function linkTree(by: { links: LinkMaker; tenant: string; erased: ReadonlySet<string> }, value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((item) => linkTree(by, item)));
  if (typeof value !== 'object' || value === null) return value;
  const isRef = isAssetRef(value);
  if (isRef && by.erased.has(value.asset_id)) return null;
  const members = await Promise.all(Object.entries(value).map(async ([name, member]) => [name, await linkTree(by, member)] as const));
  const copy: Record<string, unknown> = Object.fromEntries(members);
  return isRef ? { ...copy, ...(await linkAsset(by.links, by.tenant, value)) } : copy;
}

function isAssetRef(value: object): value is AssetRef {
  const has = (name: string, type: string) => typeof Reflect.get(value, name) === type;
  return has('asset_id', 'string') && has('sha256', 'string') && has('content_type', 'string') && has('bytes', 'number');
}
