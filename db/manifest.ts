import type { Db } from './pool';

export interface ManifestStep {
  stage: string;
  scene: number | null;
  input_digest: string;
  output_digest: string;
  provider_family: string | null;
}

/** The newest finished step of each stage and scene, as a film's manifest lists them. */
export async function loadManifestSteps(db: Db, jobId: string): Promise<ManifestStep[]> {
  const { rows } = await db.query<ManifestStep>(
    `select stage, scene, input_digest, output_digest, provider_family
       from (select distinct on (stage, scene) * from steps where job_id = $1 and status in ('completed', 'reused')
              order by stage, scene, generation desc) newest
      order by stage, scene nulls first`,
    [jobId],
  );
  return rows;
}
