import { heartbeat } from '@temporalio/activity';
import { findReferenced } from '../../db/asset-references';
import { listErased, listUnchecked, lockErased, noteBytesErased, noteOrphaned, noteReferenced, type ErasedAsset, type UncheckedAsset } from '../../db/asset-upkeep';
import { markErased } from '../../db/assets';
import { inTransaction } from '../../db/pool';
import type { Deps } from '../deps';
import type { AssetReport, MaintenanceActivities } from './maintenance';

const ASSETS_A_SWEEP = 500;

/**
 * Collects what nobody refers to: uploads that no job used, what a failed attempt stored. Such an asset is only noted at
 * first and erased by a later sweep, after it was looked for once more, so that a job which is accepted in between keeps it.
 * Erased assets cannot be read; their bytes go after the same grace.
 */
export function collectAssets(deps: Deps): MaintenanceActivities['collect_assets'] {
  return async ({ dry_run = false, older_than_ms, tenant = null }) => {
    const now = deps.now();
    const ago = (ms: number): Date => new Date(now.getTime() - (older_than_ms ?? ms));
    const query = { tenant, limit: ASSETS_A_SWEEP };
    const gone = await listErased(deps.pool, { ...query, before: ago(deps.upkeep.erase_grace_ms) });
    const found = await judge(deps, await listUnchecked(deps.pool, { ...query, before: ago(deps.upkeep.orphan_after_ms) }));
    const isDue = ({ orphaned_at }: UncheckedAsset): boolean => orphaned_at !== null && orphaned_at < ago(deps.upkeep.erase_grace_ms);
    const due = found.orphans.filter(isDue);
    const fresh = found.orphans.filter(({ orphaned_at }) => orphaned_at === null);
    const report: AssetReport = { orphaned: idsOf(fresh), erased: idsOf(due), removed: idsOf(gone) };
    if (dry_run) return report;
    await noteReferenced(deps.pool, found.referenced, now);
    await noteOrphaned(deps.pool, report.orphaned, now);
    for (const [owner, assets] of byTenant(due)) await markErased(deps.pool, owner, idsOf(assets), now);
    return { ...report, removed: await removeAll(deps, gone, now) };
  };
}

async function judge(deps: Deps, assets: UncheckedAsset[]): Promise<{ orphans: UncheckedAsset[]; referenced: string[] }> {
  const referenced = new Set<string>();
  for (const [tenant, own] of byTenant(assets)) {
    heartbeat({ assets: own.length });
    for (const assetId of await findReferenced(deps.pool, { tenant, asset_ids: idsOf(own) })) referenced.add(assetId);
  }
  return { orphans: assets.filter(({ asset_id }) => !referenced.has(asset_id)), referenced: [...referenced] };
}

function byTenant<Asset extends { tenant: string }>(assets: Asset[]): Map<string, Asset[]> {
  const grouped = new Map<string, Asset[]>();
  for (const asset of assets) grouped.set(asset.tenant, [...(grouped.get(asset.tenant) ?? []), asset]);
  return grouped;
}

function idsOf(assets: { asset_id: string }[]): string[] {
  return assets.map(({ asset_id }) => asset_id);
}

/** What the store refuses now is tried again by the next sweep. */
async function removeAll(deps: Deps, assets: ErasedAsset[], now: Date): Promise<string[]> {
  const removed: string[] = [];
  for (const asset of assets) {
    heartbeat({ asset_id: asset.asset_id });
    const isGone = await remove(deps, asset, now).catch(() => false);
    if (isGone) removed.push(asset.asset_id);
    else deps.log.warn({ asset_id: asset.asset_id }, 'erased bytes are still stored');
  }
  return removed;
}

/** The row is held meanwhile, so that the same bytes, when they are stored anew at this moment, wait or are kept. */
async function remove(deps: Deps, asset: ErasedAsset, now: Date): Promise<boolean> {
  return inTransaction(deps.pool, async (db) => {
    if (!(await lockErased(db, asset.asset_id))) return false;
    await deps.store.erase(asset);
    await noteBytesErased(db, asset.asset_id, now);
    return true;
  });
}
