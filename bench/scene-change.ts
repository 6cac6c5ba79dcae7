import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../contracts/project-root';
import { ApiClient, type Job } from '../dev/demo/client';
import { createEphemeralFolder } from '../dev/ephemeral';
import { startStack, type Stack } from '../dev/stack';
import { cpuOfTree } from './cpu';
import { ratio, type Report } from './report';

const SCENES = 10;

/** The whole product, on its own servers: a film of ten scenes, then one of them with other words. A bit over a minute at 1080p. */
export async function benchSceneChange(_: unknown, report: Report): Promise<void> {
  const stateDir = await createEphemeralFolder();
  const stack = await startStack({
    stateDir,
    ephemeral: true,
    kind: 'demo',
    stackFile: path.join(stateDir, 'stack.json'),
    print: () => undefined,
    env: process.env,
    ports: { api: 0, temporal: 0, temporalUi: 0, postgres: 0 },
  });
  try {
    await measure(stack, report);
  } finally {
    await stack.stop();
  }
}

async function measure(stack: Stack, report: Report): Promise<void> {
  const client = new ApiClient(stack.description.api_url, stack.description.tenants['demo']?.backend ?? '');
  const avatarId = await makeAvatar(client);
  const full = await run(client, filmRequest(avatarId));
  const changed = await run(client, retryRequest(full.job.job_id));
  report.note('scene change', `full film ${seconds(full.cpu_ms)} CPU-s, one of ${SCENES} scenes again ${seconds(changed.cpu_ms)} CPU-s`);
  report.check('scene change: CPU of the full film', ratio(changed.cpu_ms, full.cpu_ms), { most: 0.15 });
  report.check('scene change: scene videos that changed', await changedScenes(client, full.job, changed.job), { most: 1 });
}

async function makeAvatar(client: ApiClient): Promise<string> {
  const photo = await readFile(path.join(projectRoot(), 'assets', 'portraits', 'astronaut.png'));
  const { asset_id } = await client.upload(photo, 'image/png');
  const { job } = await run(client, {
    contract: 'v3',
    job_type: 'avatar_creation',
    idempotency_key: randomUUID(),
    photos: [{ asset_id }],
    consent: { statement: 'A public-domain portrait, used as test data.', by: 'npm run bench', at: new Date().toISOString() },
  });
  return job.result?.avatar_id ?? '';
}

function filmRequest(avatarId: string): Record<string, unknown> {
  const scenes = Array.from({ length: SCENES }, (_, index) => ({
    transcript: `This is scene number ${index + 1}. It says a sentence of its own, and a little more. Then it goes on, because people rarely stop after five seconds.`,
  }));
  return { contract: 'v3', job_type: 'avatar_output', idempotency_key: randomUUID(), avatar_id: avatarId, mode: 'multi_scene', scenes, output: { resolution: '1080p' } };
}

function retryRequest(jobId: string): Record<string, unknown> {
  return {
    contract: 'v3',
    job_type: 'output_retry',
    idempotency_key: randomUUID(),
    job_id: jobId,
    from_stage: 'speech',
    scope: 'downstream',
    scenes: [4],
    patch: { scenes: { 4: { transcript: 'This scene has got other words now. They say something else, about as long. And then they go on, because people rarely stop after five seconds.' } } },
  };
}

/** CPU of API, worker, its children and the servers while the job ran; this process only waits. */
async function run(client: ApiClient, request: Record<string, unknown>): Promise<{ job: Job; cpu_ms: number }> {
  const before = cpuOfTree(process.pid) - ownCpu();
  const { job_id } = await client.submit(request);
  for (;;) {
    const job = await client.get<Job>(`/v1/jobs/${job_id}?wait=30`);
    if (job.status === 'failed' || job.status === 'cancelled') throw new Error(`The job ended as ${job.status}.`);
    if (job.status === 'completed') return { job, cpu_ms: cpuOfTree(process.pid) - ownCpu() - before };
  }
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function changedScenes(client: ApiClient, a: Job, b: Job): Promise<number> {
  const digests = async (job: Job): Promise<Map<number | null, string>> => {
    const { stages } = await client.get<{ stages: { stage: string; scene: number | null; output_digest: string }[] }>(`/v1/jobs/${job.job_id}/stages`);
    return new Map(stages.filter((row) => row.stage === 'enhance').map((row) => [row.scene, row.output_digest]));
  };
  const before = await digests(a);
  return [...(await digests(b))].filter(([scene, digest]) => before.get(scene) !== digest).length;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
