import type { StageName } from '../contracts/vocabulary';
import type { Db } from './pool';

/**
 * Takes finished work of an earlier job over into this one, as `reused` steps: the newest generation of each item, under
 * generation 1. Named scenes only where `scenes` is given. Repeating it changes nothing.
 */
export async function seedSteps(
  db: Db,
  seed: { job_id: string; from_job_id: string; stage: StageName; scenes: number[] | null; now: Date },
): Promise<void> {
  await db.query(
    `insert into steps (job_id, stage, scene, generation, revision, status, attempts, started_at, finished_at, input_digest,
                        output_digest, execution_key, output, assets, cost_micro_usd, provider_family, model, reused_from, stale)
     select $1, stage, scene, 1, 1, 'reused', 0, $5, $5, input_digest, output_digest, execution_key, output, assets, 0,
            provider_family, model, coalesce(reused_from, jsonb_build_object('job_id', job_id, 'generation', generation)), stale
       from (select distinct on (scene) * from steps
              where job_id = $2 and stage = $3 and status in ('completed', 'reused') and ($4::integer[] is null or scene = any($4))
              order by scene, generation desc) newest
     on conflict (job_id, stage, scene, generation) do nothing`,
    [seed.job_id, seed.from_job_id, seed.stage, seed.scenes, seed.now],
  );
}
