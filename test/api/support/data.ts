import { randomUUID } from 'node:crypto';
import { newId } from '../../../contracts/ids';
import type { AssetRef } from '../../../contracts/media';
import { saveAvatarVersion } from '../../../db/avatar-versions';
import { saveAssetRow } from '../../../db/assets';
import type { TestApi } from './start-api';

export const CONSENT = { statement: 'I agree.', by: 'ada@example.com', at: '2026-11-23T12:00:00Z' };

export const newKey = (): string => randomUUID();

/** An asset row whose bytes nobody will read. */
export async function makeAsset(api: TestApi, tenant = 'demo'): Promise<AssetRef> {
  const sha256 = randomUUID().replaceAll('-', '').padEnd(64, '0');
  const asset = { asset_id: newId('asset', new Date()), sha256, bytes: 10, content_type: 'image/png' };
  await saveAssetRow(api.deps.pool, { ...asset, tenant, now: new Date() });
  return asset;
}

/** A creation request with a photo that exists. */
export async function creation(api: TestApi, changes: Record<string, unknown> = {}) {
  const { asset_id } = await makeAsset(api);
  return { contract: 'v3', job_type: 'avatar_creation', idempotency_key: newKey(), photos: [{ asset_id }], consent: CONSENT, ...changes };
}

/** An avatar with one version, as a finished creation leaves it. */
export async function makeAvatar(api: TestApi, tenant = 'demo', version = 1, avatarId?: string): Promise<string> {
  const { pool } = api.deps;
  const ref = await makeAsset(api, tenant);
  const job_id = newId('job', new Date());
  const avatar_id = avatarId ?? newId('avatar', new Date());
  await pool.query(
    `insert into jobs (job_id, tenant, job_type, contract, idempotency_key, fingerprint, route, avatar_id, snapshot, snapshot_sha256, plan, created_at, status, finished_at)
     values ($1, $2, 'avatar_creation', 'v3', $1, '', 'avatar_creation', $4, $3, '', '{"rows": [], "table": "avatar_creation"}', now(), 'completed', now())`,
    [job_id, tenant, JSON.stringify({ photos: [ref] }), avatar_id],
  );
  const identity = { neutral_image: ref, plate: ref, mesh: ref, character_sheet: ref, views: [{ view: 'smile', asset: ref }], palette: [] };
  await saveAvatarVersion(pool, { avatar_id, tenant, name: 'Ada', version, created_by_job: job_id, identity, voice_profile: null, consent: CONSENT, now: new Date() });
  return avatar_id;
}

export function output(avatar_id: string, changes: Record<string, unknown> = {}) {
  return { contract: 'v3', job_type: 'avatar_output', idempotency_key: newKey(), avatar_id, mode: 'multi_scene', script: 'Hello there.', ...changes };
}
