import { markErased } from '../db/assets';
import { listAvatarAssets, revokeAvatar } from '../db/avatars';
import { listOpenJobsOfAvatar, requestCancel } from '../db/jobs';
import { inTransaction } from '../db/pool';
import type { ApiDeps } from './deps';

/**
 * Revokes an avatar's consent, stops its running jobs and erases what it was made of and consists of. The rows go first, so that nothing can be
 * read any more even if the store is away; what it then still holds, the maintenance sweep removes.
 */
export async function eraseAvatar(deps: ApiDeps, tenant: string, avatarId: string): Promise<void> {
  const erased = await inTransaction(deps.pool, async (db) => {
    await revokeAvatar(db, avatarId, deps.now());
    const assetIds = await listAvatarAssets(db, tenant, avatarId);
    return markErased(db, tenant, assetIds, deps.now());
  });
  await cancelJobsOf(deps, tenant, avatarId);
  for (const asset of erased) {
    await deps.store.erase(asset).catch(() => deps.log.warn({ asset_id: asset.asset_id }, 'erased bytes are still stored'));
  }
}

/** Consent is gone, so nothing more is made of this face: jobs under way end as cancelled. */
async function cancelJobsOf(deps: ApiDeps, tenant: string, avatarId: string): Promise<void> {
  for (const jobId of await listOpenJobsOfAvatar(deps.pool, tenant, avatarId)) {
    if (await requestCancel(deps.pool, jobId, deps.now())) void deps.launcher.cancel(jobId);
  }
}
