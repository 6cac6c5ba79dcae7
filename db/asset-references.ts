import type { Db } from './pool';

const REFERENCED = `
with texts as (
  select j.snapshot::text || coalesce(j.result::text, '') as text
    from jobs j left join avatars a using (avatar_id)
   where j.tenant = $1 and a.revoked_at is null and coalesce(j.finished_at, 'infinity') >= $3
  union all
  select j.result::text from jobs j join avatars a using (avatar_id)
   where j.tenant = $1 and a.revoked_at is not null and j.finished_at >= $3
     and j.status = 'completed' and j.plan ->> 'table' in ('avatar_output', 'marketing_cut')
  union all
  select coalesce(s.output::text, '') || s.assets::text
    from steps s join jobs j using (job_id) left join avatars a using (avatar_id)
   where j.tenant = $1 and a.revoked_at is null and coalesce(s.finished_at, 'infinity') >= $3
     and j.thinned_at is null and j.job_id <> all($4)
  union all
  select v.identity::text || coalesce(v.voice_profile::text, '') from avatar_versions v join avatars a using (avatar_id)
   where a.tenant = $1 and a.revoked_at is null and v.created_at >= $3
  union all
  select d.edits::text from decisions d where d.tenant = $1 and d.edits is not null and d.created_at >= $3
  union all
  select i.request::text || coalesce(i.outcome::text, '') from intents i join jobs j using (job_id) left join avatars a using (avatar_id)
   where j.tenant = $1 and a.revoked_at is null and coalesce(i.settled_at, 'infinity') >= $3
     and j.thinned_at is null and j.job_id <> all($4)
)
select distinct match[1] as asset_id from texts, regexp_matches(text, 'as_[0-9a-f]{32}', 'g') match where match[1] = any($2)`;

export interface ReferenceQuery {
  tenant: string;
  asset_ids: string[];
  /** Jobs whose steps and paid requests count no more, for what is left of them is about to be erased. */
  except_jobs?: string[];
}

/**
 * Those of the named assets to which something refers: a job's payload or result, a step that may be resumed, a version of an
 * avatar, a reviewer's edits, a paid request. What belongs to an avatar whose consent was revoked keeps nothing but finished
 * films. Nothing can refer to an asset before it exists, so only rows as young as the oldest of them (and a day more, for clocks
 * that differ) are read.
 */
export async function findReferenced(db: Db, { tenant, asset_ids, except_jobs = [] }: ReferenceQuery): Promise<Set<string>> {
  if (asset_ids.length === 0) return new Set();
  const { rows: ages } = await db.query<{ oldest: Date | null }>(`select min(created_at) - interval '1 day' as oldest from assets where asset_id = any($1)`, [asset_ids]);
  const since = ages[0]?.oldest ?? new Date(0);
  const { rows } = await db.query<{ asset_id: string }>(REFERENCED, [tenant, asset_ids, since, except_jobs]);
  return new Set(rows.map((row) => row.asset_id));
}
