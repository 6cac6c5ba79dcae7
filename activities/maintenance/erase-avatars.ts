import { getClient, heartbeat } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/common';
import { eraseAvatarAssets, listAvatarAssets, listErasable, listJobsOfRevoked, listVoicesLeft, noteAvatarErased, noteForgotten, type RevokedAvatar } from '../../db/avatar-erasure';
import { requestCancel } from '../../db/jobs';
import { inTransaction } from '../../db/pool';
import type { Deps } from '../deps';
import { forgetVoice } from './forget-voice';
import type { ErasureReport, MaintenanceActivities } from './maintenance';

const AVATARS_A_SWEEP = 100;

/**
 * Ends what is still made of people who revoked their consent, however often it takes to be heard, and erases what jobs left
 * behind of them, here and at providers, once none of these runs any more. Finished films and the proof of consent stay.
 */
export function eraseAvatars(deps: Deps): MaintenanceActivities['erase_avatars'] {
  return async ({ dry_run = false, older_than_ms, tenant = null }) => {
    const now = deps.now();
    const jobs = await listJobsOfRevoked(deps.pool, tenant);
    if (!dry_run) for (const jobId of jobs) await stop(deps, jobId, now);
    const before = new Date(now.getTime() - (older_than_ms ?? deps.upkeep.erase_grace_ms));
    const avatars = await listErasable(deps.pool, { before, tenant, limit: AVATARS_A_SWEEP });
    const report: ErasureReport = { stopped: jobs, erased: [], left_at_providers: [] };
    for (const avatar of avatars) {
      heartbeat({ avatar_id: avatar.avatar_id });
      const { avatar_id } = avatar;
      const voices = await forgetVoices(deps, avatar, dry_run);
      const assets = dry_run ? (await listAvatarAssets(deps.pool, avatar)).length : await erase(deps, avatar, { now, whole: voices === 0 });
      if (voices === 0) report.erased.push({ avatar_id, assets });
      else report.left_at_providers.push({ avatar_id, voices });
    }
    return report;
  };
}

/** Has cloned voices deleted where they are. Returns how many are left: the next sweep asks again. */
async function forgetVoices(deps: Deps, avatar: RevokedAvatar, isDry: boolean): Promise<number> {
  const keys = await listVoicesLeft(deps.pool, avatar);
  let left = keys.length;
  if (isDry) return left;
  for (const key of keys) {
    heartbeat({ avatar_id: avatar.avatar_id });
    if (!(await forgetVoice(deps, key))) continue;
    await noteForgotten(deps.pool, key, deps.now());
    left -= 1;
  }
  return left;
}

/** A workflow that nobody started yet is started, and then cancelled, by the API's own sweep. */
async function stop(deps: Deps, jobId: string, now: Date): Promise<void> {
  heartbeat({ job_id: jobId });
  await requestCancel(deps.pool, jobId, now);
  try {
    await getClient().workflow.getHandle(jobId).cancel();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) deps.log.warn({ job_id: jobId }, 'a job of a revoked avatar could not be stopped yet');
  }
}

async function erase(deps: Deps, avatar: RevokedAvatar, { now, whole }: { now: Date; whole: boolean }): Promise<number> {
  return inTransaction(deps.pool, async (db) => {
    const erased = await eraseAvatarAssets(db, avatar, now);
    if (whole) await noteAvatarErased(db, avatar.avatar_id, now);
    return erased.length;
  });
}
