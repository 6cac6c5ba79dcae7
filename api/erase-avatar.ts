import { eraseAvatarAssets } from '../db/avatar-erasure';
import { revokeAvatar } from '../db/avatars';
import { cancelJobsOfAvatar } from '../db/jobs';
import { inTransaction } from '../db/pool';
import type { ApiDeps } from './deps';

/**
 * Revokes an avatar's consent: from this transaction on its open jobs are being cancelled, new ones are refused, and nothing
 * can be read of what it was made of, consists of, or was shown by on the way to a film; finished films stay. The rest takes
 * longer and belongs to sweeps: Temporal is told until it has heard, what stages still left behind goes when no job runs any
 * more, bytes go after a grace.
 */
export async function eraseAvatar(deps: ApiDeps, tenant: string, avatarId: string): Promise<void> {
  const now = deps.now();
  const jobs = await inTransaction(deps.pool, async (db) => {
    await revokeAvatar(db, avatarId, now);
    await eraseAvatarAssets(db, { tenant, avatar_id: avatarId }, now);
    return cancelJobsOfAvatar(db, { tenant, avatar_id: avatarId, now });
  });
  for (const jobId of jobs) void deps.launcher.cancel(jobId);
}
