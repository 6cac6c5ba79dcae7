import type { VoiceProfile } from '../contracts/media';
import type { Consent, Identity } from '../contracts/snapshot';
import type { Db } from './pool';

export interface AvatarRow {
  avatar_id: string;
  name: string | null;
  created_at: Date;
  revoked_at: Date | null;
  versions: { version: number; created_at: string; created_by_job: string }[];
}

export async function findAvatar(db: Db, tenant: string, avatarId: string): Promise<AvatarRow | null> {
  const { rows } = await db.query<AvatarRow>({
    name: 'find_avatar',
    text: `select avatar_id, name, created_at, revoked_at,
      coalesce((select json_agg(json_build_object('version', v.version, 'created_at', v.created_at, 'created_by_job', v.created_by_job)
        order by v.version) from avatar_versions v where v.avatar_id = a.avatar_id), '[]') as versions
      from avatars a where avatar_id = $1 and tenant = $2`,
    values: [avatarId, tenant],
  });
  return rows[0] ?? null;
}

export interface AvatarVersionRow {
  avatar_id: string;
  version: number;
  name: string | null;
  revoked_at: Date | null;
  identity: Identity;
  voice_profile: VoiceProfile | null;
  consent: Consent;
}

export interface WantedVersion {
  tenant: string;
  avatar_id: string;
  /** Null: the latest. */
  version: number | null;
}

/** Versions of avatars, one or null for each that is wanted; also of revoked ones, which `revoked_at` says. */
export async function findAvatarVersions(db: Db, wanted: WantedVersion[]): Promise<(AvatarVersionRow | null)[]> {
  const { rows } = await db.query<AvatarVersionRow & { place: number }>({
    name: 'find_avatar_versions',
    text: `select w.place, v.* from jsonb_to_recordset($1::jsonb) as w (place integer, tenant text, avatar_id text, version integer),
      lateral (select a.avatar_id, v.version, a.name, a.revoked_at, v.identity, v.voice_profile, v.consent
        from avatars a join avatar_versions v using (avatar_id)
        where a.avatar_id = w.avatar_id and a.tenant = w.tenant and (w.version is null or v.version = w.version)
        order by v.version desc limit 1) v`,
    values: [JSON.stringify(wanted.map((one, place) => ({ ...one, place })))],
  });
  const found = new Map(rows.map(({ place, ...row }) => [place, row]));
  return wanted.map((_, place) => found.get(place) ?? null);
}

/** Revokes an avatar; false when it was revoked before. */
export async function revokeAvatar(db: Db, avatarId: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'revoke_avatar',
    text: 'update avatars set revoked_at = $2 where avatar_id = $1 and revoked_at is null',
    values: [avatarId, now],
  });
  return rowCount === 1;
}
