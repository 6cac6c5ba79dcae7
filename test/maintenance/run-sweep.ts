import { randomBytes } from 'node:crypto';
import { newId } from '../../contracts/ids';
import type { SweepRequest } from '../../contracts/sweeps';
import { saveAssetRow } from '../../db/assets';
import type { Orchestra } from '../support/orchestra';

/** What a provider gave back for a stage of this job, as a paid operation leaves it; the asset's id. */
export async function addOutcome(pool: Orchestra['pool'], jobId: string): Promise<string> {
  const asset_id = newId('asset', new Date());
  await saveAssetRow(pool, { asset_id, tenant: 'demo', sha256: randomBytes(32).toString('hex'), bytes: 1, content_type: 'video/mp4', now: new Date() });
  await pool.query(
    `insert into intents (operation_key, wire_key, job_id, tenant, stage, scene, generation, capability, family, execution_key, request, status, outcome, created_at, settled_at)
     select $1, $1, job_id, tenant, 'lip_sync', 1, 1, 'lip_sync', 'fal', 'sha256:work', '{}', 'succeeded', $3, now(), finished_at from jobs where job_id = $2`,
    [asset_id, jobId, JSON.stringify({ files: { video: { asset_id } }, meta: {} })],
  );
  return asset_id;
}

/** Runs a maintenance workflow by its type and returns its report. */
export async function runSweep<Report>({ client }: Pick<Orchestra, 'client'>, workflow: string, request: SweepRequest = {}): Promise<Report> {
  return client.workflow.execute<(request: SweepRequest) => Promise<Report>>(workflow, {
    taskQueue: 'maintenance',
    workflowId: `${workflow}-${newId('event', new Date())}`,
    args: [request],
  });
}
