import type { AssetRef } from '../contracts/media';
import type { Db } from './pool';

export interface AssetRow extends AssetRef {
  tenant: string;
  erased_at: Date | null;
}

export interface NewAsset extends AssetRef {
  tenant: string;
  now: Date;
}

/**
 * Remembers stored bytes and returns their row: the one that is there already for the same bytes of this tenant. Bytes
 * that were erased and come again get their old id back; see `keepAsset` for those whose removal may be under way.
 */
export async function saveAssetRow(db: Db, asset: NewAsset): Promise<AssetRow & { bytes_erased_at: Date | null }> {
  const { rows } = await db.query<AssetRow & { bytes_erased_at: Date | null }>({
    name: 'save_asset',
    text: `insert into assets (asset_id, tenant, sha256, bytes, content_type, created_at, stored_at) values ($1, $2, $3, $4, $5, $6, $6)
      on conflict (tenant, sha256) do update set erased_at = null, orphaned_at = null, stored_at = excluded.stored_at
      returning asset_id, tenant, sha256, bytes, content_type, erased_at, bytes_erased_at`,
    values: [asset.asset_id, asset.tenant, asset.sha256, asset.bytes, asset.content_type, asset.now],
  });
  const row = rows[0];
  if (!row) throw new Error('an asset row was neither made nor found');
  return row;
}

/** What of an asset store is needed here. */
interface Shelf {
  exists(key: { tenant: string; sha256: string }): Promise<boolean>;
}

/**
 * Remembers bytes that were just put into the store. Where the same bytes had been erased, their removal may have come
 * between the two: then nothing is kept, and storing them again is right.
 * @throws BytesGone
 */
export async function keepAsset(db: Db, shelf: Shelf, asset: NewAsset): Promise<AssetRow> {
  const row = await saveAssetRow(db, asset);
  if (row.bytes_erased_at === null) return row;
  const isThere = await shelf.exists(row);
  await db.query(
    'update assets set erased_at = case when $2 then null else $3::timestamptz end, bytes_erased_at = case when $2 then null else bytes_erased_at end where asset_id = $1',
    [row.asset_id, isThere, asset.now],
  );
  if (!isThere) throw new BytesGone();
  return row;
}

/** Bytes were removed while they were stored anew. */
export class BytesGone extends Error {
  constructor() {
    super('The bytes were removed while they were stored.');
    this.name = 'BytesGone';
  }
}

/** A tenant's assets of these ids that were not erased, in any order. */
export async function findAssets(db: Db, tenant: string, assetIds: string[]): Promise<AssetRef[]> {
  const { rows } = await db.query<AssetRef>({
    name: 'find_assets',
    text: `select asset_id, sha256, content_type, bytes from assets
      where asset_id = any($2) and tenant = $1 and erased_at is null`,
    values: [tenant, assetIds],
  });
  return rows;
}

/** Which of these assets of a tenant were erased. */
export async function findErasedAssets(db: Db, tenant: string, assetIds: string[]): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ asset_id: string }>({
    name: 'find_erased_assets',
    text: 'select asset_id from assets where asset_id = any($2) and tenant = $1 and erased_at is not null',
    values: [tenant, assetIds],
  });
  return new Set(rows.map(({ asset_id }) => asset_id));
}

/** For signed links, which carry no token: of any tenant. */
export async function findLinkedAsset(db: Db, assetId: string): Promise<AssetRow | null> {
  const { rows } = await db.query<AssetRow>({
    name: 'find_linked_asset',
    text: `select asset_id, tenant, sha256, bytes, content_type, erased_at from assets
      where asset_id = $1 and erased_at is null`,
    values: [assetId],
  });
  return rows[0] ?? null;
}

/** Marks assets as erased and returns what has to be removed from storage. */
export async function markErased(db: Db, tenant: string, assetIds: string[], now: Date): Promise<AssetRow[]> {
  const { rows } = await db.query<AssetRow>({
    name: 'mark_erased',
    text: `update assets set erased_at = $3 where asset_id = any($2) and tenant = $1 and erased_at is null
      returning asset_id, tenant, sha256, bytes, content_type, erased_at`,
    values: [tenant, assetIds, now],
  });
  return rows;
}
