import type { VoiceProfile } from '../contracts/media';
import type { Consent, Identity } from '../contracts/snapshot';
import type { Db } from './pool';

export interface NewAvatarVersion {
  avatar_id: string;
  tenant: string;
  name: string | null;
  version: number;
  created_by_job: string;
  identity: Identity;
  voice_profile: VoiceProfile | null;
  consent: Consent;
  now: Date;
}

/** The version that this job has saved already, else the one after the newest. */
export async function findNextVersion(db: Db, avatarId: string, jobId: string): Promise<number> {
  const { rows } = await db.query<{ version: number }>(
    `select coalesce(max(version) filter (where created_by_job = $2), coalesce(max(version), 0) + 1) as version
       from avatar_versions where avatar_id = $1`,
    [avatarId, jobId],
  );
  return rows[0]?.version ?? 1;
}

/** Keeps an avatar from being deleted until the transaction ends; false where it was deleted already. */
export async function lockUsableAvatar(db: Db, avatarId: string): Promise<boolean> {
  const { rowCount } = await db.query('select 1 from avatars where avatar_id = $1 and revoked_at is null for share', [avatarId]);
  return rowCount === 1;
}

/**
 * Saves an avatar's version, and the avatar itself with its first one. Repeating it changes nothing; where another job
 * took the number meanwhile it fails, and the next attempt takes the one after.
 */
export async function saveAvatarVersion(db: Db, version: NewAvatarVersion): Promise<void> {
  await db.query(
    'insert into avatars (avatar_id, tenant, name, created_at) values ($1, $2, $3, $4) on conflict (avatar_id) do nothing',
    [version.avatar_id, version.tenant, version.name, version.now],
  );
  await db.query(
    `insert into avatar_versions (avatar_id, version, created_at, created_by_job, identity, voice_profile, consent)
     values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::jsonb) on conflict (created_by_job) do nothing`,
    [
      version.avatar_id,
      version.version,
      version.now,
      version.created_by_job,
      JSON.stringify(version.identity),
      version.voice_profile === null ? null : JSON.stringify(version.voice_profile),
      JSON.stringify(version.consent),
    ],
  );
}
