import type { StageName } from '../contracts/vocabulary';
import type { Db } from './pool';

/** Ids of the newest assets of a stage, of some scenes where it has scenes: what a reviewer has to look at. */
export async function loadStepAssets(db: Db, of: { job_id: string; stage: StageName; scenes: number[] }): Promise<string[]> {
  const { rows } = await db.query<{ asset_id: string }>(
    `select asset ->> 'asset_id' as asset_id
       from (select distinct on (scene) scene, assets from steps
              where job_id = $1 and stage = $2 and status in ('completed', 'reused') and (scene is null or cardinality($3::integer[]) = 0 or scene = any($3))
              order by scene, generation desc) newest,
            jsonb_array_elements(newest.assets) asset
      order by newest.scene`,
    [of.job_id, of.stage, of.scenes],
  );
  return rows.map((row) => row.asset_id);
}
