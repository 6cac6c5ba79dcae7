import type { Db } from './pool';
import type { StepAddress } from './steps';

export type NewestStep = StepAddress & { input_digest: string | null };

/** The newest finished generation of each item of a job. */
export async function loadNewestSteps(db: Db, jobId: string): Promise<NewestStep[]> {
  const { rows } = await db.query<NewestStep>(
    `select distinct on (stage, scene) job_id, stage, scene, generation, input_digest from steps
      where job_id = $1 and status in ('completed', 'reused') order by stage, scene, generation desc`,
    [jobId],
  );
  return rows;
}

export async function markStale(db: Db, step: StepAddress): Promise<void> {
  await db.query('update steps set stale = true where job_id = $1 and stage = $2 and scene is not distinct from $3::integer and generation = $4', [
    step.job_id,
    step.stage,
    step.scene,
    step.generation,
  ]);
}
