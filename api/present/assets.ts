import { linkAsset, withLinks as linkAll, type Asset, type LinkMaker } from '../../adapters/storage/asset-links';
import type { AssetRef } from '../../contracts/media';
import type { ApiDeps } from '../deps';

export async function presentAsset(deps: ApiDeps, tenant: string, ref: AssetRef): Promise<Asset> {
  return linkAsset(linksOf(deps), tenant, ref);
}

/** A copy of a stored document whose asset references have become assets with links. */
export async function withLinks(deps: ApiDeps, tenant: string, value: unknown): Promise<unknown> {
  return linkAll(linksOf(deps), tenant, value);
}

function linksOf({ store, settings, now }: ApiDeps): LinkMaker {
  return { store, ttl_ms: settings.assetUrlTtlMs, now };
}
