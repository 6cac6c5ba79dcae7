import { linkAsset, withLinks as linkAll, type Asset, type LinkMaker } from '../../adapters/storage/asset-links';
import type { AssetRef } from '../../contracts/media';
import { findErasedAssets } from '../../db/assets';
import type { ApiDeps } from '../deps';

export async function presentAsset(deps: ApiDeps, tenant: string, ref: AssetRef): Promise<Asset> {
  return linkAsset(linksOf(deps), tenant, ref);
}

/** Copies of stored documents whose asset references have become assets with links; null where an asset was erased. */
export async function withLinks(deps: ApiDeps, tenant: string, documents: readonly unknown[]): Promise<unknown[]> {
  return linkAll(linksOf(deps), tenant, documents);
}

function linksOf({ pool, store, settings, now }: ApiDeps): LinkMaker {
  return { store, ttl_ms: settings.assetUrlTtlMs, findErased: (tenant, ids) => findErasedAssets(pool, tenant, ids), now };
}
