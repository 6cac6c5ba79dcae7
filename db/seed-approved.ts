import type { StageName } from '../contracts/vocabulary';
import type { Db } from './pool';

/** Work that a caller brought along as approved, as the record of a finished stage that nobody had to run. */
export interface BroughtStep {
  job_id: string;
  stage: StageName;
  scene: number | null;
  output: unknown;
  output_digest: string;
  assets: { kind: string; asset_id: string }[];
  now: Date;
}

export async function seedBroughtStep(db: Db, step: BroughtStep): Promise<void> {
  await db.query(
    `insert into steps (job_id, stage, scene, generation, revision, status, attempts, started_at, finished_at, output_digest, output, assets)
     values ($1, $2, $3, 1, 1, 'reused', 0, $4, $4, $5, $6::jsonb, $7::jsonb) on conflict do nothing`,
    [step.job_id, step.stage, step.scene, step.now, step.output_digest, JSON.stringify(step.output), JSON.stringify(step.assets)],
  );
}
