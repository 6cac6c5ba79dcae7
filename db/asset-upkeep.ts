import type { AssetRow } from './assets';
import type { Db } from './pool';

export interface AgedQuery {
  before: Date;
  tenant: string | null;
  limit: number;
}

export interface UncheckedAsset {
  asset_id: string;
  tenant: string;
  orphaned_at: Date | null;
}

/** Assets that were stored before `before` and for which no reference was found so far, oldest first. */
export async function listUnchecked(db: Db, query: AgedQuery): Promise<UncheckedAsset[]> {
  const { rows } = await db.query<UncheckedAsset>({
    name: 'list_unchecked_assets',
    text: `select asset_id, tenant, orphaned_at from assets
      where erased_at is null and checked_at is null and stored_at < $1 and ($2::text is null or tenant = $2)
      order by stored_at limit $3`,
    values: [query.before, query.tenant, query.limit],
  });
  return rows;
}

/** Something refers to these. */
export async function noteReferenced(db: Db, assetIds: string[], now: Date): Promise<void> {
  await db.query('update assets set checked_at = $2, orphaned_at = null where asset_id = any($1)', [assetIds, now]);
}

/** Nothing refers to these so far. */
export async function noteOrphaned(db: Db, assetIds: string[], now: Date): Promise<void> {
  await db.query('update assets set orphaned_at = $2 where asset_id = any($1)', [assetIds, now]);
}

export type ErasedAsset = Pick<AssetRow, 'asset_id' | 'tenant' | 'sha256'>;

/** Assets that were erased before `before` and whose bytes may still be stored. */
export async function listErased(db: Db, query: AgedQuery): Promise<ErasedAsset[]> {
  const { rows } = await db.query<ErasedAsset>({
    name: 'list_erased_assets',
    text: `select asset_id, tenant, sha256 from assets
      where bytes_erased_at is null and erased_at < $1 and ($2::text is null or tenant = $2) order by erased_at limit $3`,
    values: [query.before, query.tenant, query.limit],
  });
  return rows;
}

/** Holds an erased asset until the transaction ends; false where it came back meanwhile. */
export async function lockErased(db: Db, assetId: string): Promise<boolean> {
  const { rowCount } = await db.query('select 1 from assets where asset_id = $1 and erased_at is not null for update', [assetId]);
  return rowCount === 1;
}

export async function noteBytesErased(db: Db, assetId: string, now: Date): Promise<void> {
  await db.query('update assets set bytes_erased_at = $2 where asset_id = $1', [assetId, now]);
}
