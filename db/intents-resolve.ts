import type { Db } from './pool';

export interface Resolution {
  job_id: string;
  stage: string;
  scene: number | null;
  resolution: 'resubmit' | 'abandon' | 'adopt';
  provider_job_id: string | null;
  now: Date;
}

/**
 * Settles a submit of unknown fate as an operator has found out: it never arrived and may be sent again, it is given up,
 * or it runs at the provider under this id. Closes its gate. False when nothing of that item is unknown.
 */
export async function resolveIntent(db: Db, resolution: Resolution): Promise<boolean> {
  const { rowCount } = await db.query(
    `with settled as (
       update intents set outcome = jsonb_build_object('resolution', $4::text),
         status = case $4 when 'resubmit' then 'resubmit' when 'adopt' then 'submitted' else 'abandoned' end,
         provider_job = case when $4 = 'adopt' then jsonb_build_object('id', $5::text) else provider_job end,
         settled_at = case when $4 = 'abandon' then $6::timestamptz else null end
       where job_id = $1 and stage = $2 and scene is not distinct from $3::integer and status = 'unknown' returning job_id
     ), closed as (
       update gates set closed_at = $6 where job_id in (select job_id from settled) and gate = 'submit_unknown' and closed_at is null
     )
     select 1 from settled`,
    [resolution.job_id, resolution.stage, resolution.scene, resolution.resolution, resolution.provider_job_id, resolution.now],
  );
  return (rowCount ?? 0) > 0;
}
