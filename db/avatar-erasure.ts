import { findReferenced } from './asset-references';
import { markErased, type AssetRow } from './assets';
import { ENDED } from './job-status-sets';
import type { Db } from './pool';

/** A revoked avatar of which something may be left. */
export interface RevokedAvatar {
  avatar_id: string;
  tenant: string;
}

/** Open jobs of avatars whose consent was revoked; also one that was accepted in the same moment. */
export async function listJobsOfRevoked(db: Db, tenant: string | null): Promise<string[]> {
  const { rows } = await db.query<{ job_id: string }>({
    name: 'list_jobs_of_revoked',
    text: `select j.job_id from avatars a join jobs j using (avatar_id)
      where a.revoked_at is not null and a.erased_at is null and j.status not in ${ENDED}
        and ($1::text is null or a.tenant = $1) order by j.job_id`,
    values: [tenant],
  });
  return rows.map((row) => row.job_id);
}

/** Revoked avatars that were not erased as a whole, whose consent ended before `before` and of which no job is open. */
export async function listErasable(db: Db, query: { before: Date; tenant: string | null; limit: number }): Promise<RevokedAvatar[]> {
  const { rows } = await db.query<RevokedAvatar>({
    name: 'list_erasable_avatars',
    text: `select avatar_id, tenant from avatars a
      where revoked_at < $1 and erased_at is null and ($2::text is null or tenant = $2)
        and not exists (select 1 from jobs j where j.avatar_id = a.avatar_id and j.status not in ${ENDED})
      order by revoked_at limit $3`,
    values: [query.before, query.tenant, query.limit],
  });
  return rows;
}

/**
 * The assets that show or sound like the person: all that the avatar's versions, and the jobs that made them, mention (photos
 * and samples among it), and all that stages of its films left behind and that providers gave back for them.
 */
const OF_AVATAR = `
with own as (
  select job_id from jobs where tenant = $1 and avatar_id = $2 and plan ->> 'table' in ('avatar_creation', 'voice_cloning')
  union
  select j.job_id from avatar_versions v join jobs j on j.job_id = v.created_by_job where v.avatar_id = $2 and j.tenant = $1
), texts as (
  select identity::text || coalesce(voice_profile::text, '') as text from avatar_versions where avatar_id = $2
  union all select snapshot::text from jobs where job_id in (select job_id from own)
  union all select coalesce(s.output::text, '') || s.assets::text from steps s where s.job_id in (select job_id from own)
  union all select s.assets::text from steps s join jobs j using (job_id) where j.tenant = $1 and j.avatar_id = $2 and s.status <> 'reused'
  union all select i.outcome::text from intents i join jobs j using (job_id) where j.tenant = $1 and j.avatar_id = $2
)
select distinct asset_id from texts, regexp_matches(text, 'as_[0-9a-f]{32}', 'g') match
  join assets on asset_id = match[1] where tenant = $1 and erased_at is null`;

/** What of a revoked avatar can be erased: its assets without those that something else refers to, and without finished films. */
export async function listAvatarAssets(db: Db, { tenant, avatar_id }: RevokedAvatar): Promise<string[]> {
  const { rows } = await db.query<{ asset_id: string }>(OF_AVATAR, [tenant, avatar_id]);
  const asset_ids = rows.map((row) => row.asset_id);
  const referenced = await findReferenced(db, { tenant, asset_ids });
  return asset_ids.filter((assetId) => !referenced.has(assetId));
}

/** Makes unreadable what `listAvatarAssets` lists. The avatar must be revoked already. */
export async function eraseAvatarAssets(db: Db, avatar: RevokedAvatar, now: Date): Promise<AssetRow[]> {
  return markErased(db, avatar.tenant, await listAvatarAssets(db, avatar), now);
}

/**
 * Keys of the paid operations by which a provider may still have the avatar's voice: those that gave one, and those that were
 * sent and of which nobody knows whether they did. One that a resumed job took over is looked for under that job's.
 */
export async function listVoicesLeft(db: Db, { tenant, avatar_id }: RevokedAvatar): Promise<string[]> {
  const { rows } = await db.query<{ operation_key: string }>(
    `select operation_key from intents
      where tenant = $1 and capability = 'voice' and forgotten_at is null
        and (outcome is not null or (sent_at is not null and (status in ('sending', 'submitted', 'unknown', 'abandoned')
          or (status = 'cancelled' and cancel_result is distinct from 'cancelled') or (status = 'failed' and fault ->> 'charged' <> 'no'))))
        and job_id in (select job_id from jobs where tenant = $1 and avatar_id = $2
                       union select created_by_job from avatar_versions where avatar_id = $2)
      order by operation_key`,
    [tenant, avatar_id],
  );
  return rows.map((row) => row.operation_key);
}

/** The provider has nothing of the person any more that this operation left there. */
export async function noteForgotten(db: Db, operationKey: string, now: Date): Promise<void> {
  await db.query('update intents set forgotten_at = $2 where operation_key = $1', [operationKey, now]);
}

/** Nothing is left to erase of this avatar; its rows stay as the proof of consent. */
export async function noteAvatarErased(db: Db, avatarId: string, now: Date): Promise<void> {
  await db.query('update avatars set erased_at = $2 where avatar_id = $1 and revoked_at is not null', [avatarId, now]);
}
