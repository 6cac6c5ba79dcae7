import { randomUUID } from 'node:crypto';
import autocannon from 'autocannon';
import { saveAvatarVersion } from '../db/avatar-versions';
import { createPool } from '../db/pool';
import { newId } from '../contracts/ids';
import { startProduct, startRowOnly, type Contender } from './accept/contender';
import { cpuByProgram } from './cpu';
import { median, ratio, type Report } from './report';
import type { BenchServers } from './servers';

const CLIENTS = 16;
const REQUESTS = 3_000;
const BURST = 1_000;
const ROUNDS = 3;

interface Load {
  per_second: number;
  p50_ms: number;
  cpu_ms: number;
}

/** Accepting jobs beside an Express server with one INSERT, on the same Postgres, in turns. */
export async function benchAccept(servers: BenchServers, report: Report): Promise<void> {
  const avatarId = await makeAvatar(servers.databaseUrl);
  const rowOnly = await startRowOnly(servers.databaseUrl);
  const held = await startProduct('product, starts held', { ...servers, temporal: '127.0.0.1:1' });
  const figures = new Map<string, Load[]>();
  for (const contender of [rowOnly, held]) await load(contender, avatarId, 300);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contender of [rowOnly, held]) {
      figures.set(contender.name, [...(figures.get(contender.name) ?? []), await load(contender, avatarId, REQUESTS)]);
    }
  }
  const middle = (name: string, key: keyof Load): number => median((figures.get(name) ?? []).map((figure) => figure[key]));
  for (const { name } of [rowOnly, held]) {
    report.note(`accept, ${name}`, `${middle(name, 'per_second').toFixed(0)}/s at ${CLIENTS} clients, p50 ${middle(name, 'p50_ms').toFixed(1)} ms, ${middle(name, 'cpu_ms').toFixed(2)} CPU-ms`);
  }
  report.check('accept: rate of row only', ratio(middle(held.name, 'per_second'), middle(rowOnly.name, 'per_second')), { least: 0.8 });
  report.check('accept: CPU-ms of API and Postgres', middle(held.name, 'cpu_ms'), { most: 1.2 });
  held.child.kill('SIGKILL');
  rowOnly.child.kill('SIGKILL');
  await benchFollowed(servers, report, avatarId);
}

/** The same with every job started in Temporal right after its answer. */
async function benchFollowed(servers: BenchServers, report: Report, avatarId: string): Promise<void> {
  const product = await startProduct('product', { ...servers, temporal: servers.temporal.address });
  const { p50_ms } = await load(product, avatarId, BURST);
  report.check(`accept: p50 in ms of a burst of ${BURST}, starts following`, p50_ms, { most: 50 });
  product.child.kill('SIGKILL');
}

async function load(contender: Contender, avatarId: string, amount: number): Promise<Load> {
  const before = cpuByProgram(process.pid);
  const own = process.cpuUsage();
  const { result, ms } = await shoot({
    url: contender.url,
    connections: CLIENTS,
    amount,
    requests: [
      {
        method: 'POST',
        path: '/v1/jobs',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${contender.token}` },
        setupRequest: (request) => ({ ...request, body: JSON.stringify(bodyOf(avatarId)) }),
      },
    ],
  });
  if (result.non2xx > 0) throw new Error(`${contender.name}: ${result.non2xx} requests were refused.`);
  const used = process.cpuUsage(own);
  const after = cpuByProgram(process.pid);
  const sum = (figures: Record<string, number>): number => (figures['node'] ?? 0) + (figures['postgres'] ?? 0);
  return {
    per_second: (amount * 1000) / ms,
    p50_ms: result.latency.p50,
    cpu_ms: (sum(after) - sum(before) - (used.user + used.system) / 1000) / amount,
  };
}

/** One run and its time to the last answer: autocannon itself looks once a second only whether a run is over. */
function shoot(options: autocannon.Options): Promise<{ result: autocannon.Result; ms: number }> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let last = start;
    const run = autocannon(options, (error: unknown, result) => (error ? reject(error) : resolve({ result, ms: last - start })));
    run.on('response', () => (last = performance.now()));
  });
}

/** About 1.6 KB, like a real script. */
function bodyOf(avatarId: string): Record<string, unknown> {
  return {
    contract: 'v3',
    job_type: 'avatar_output',
    idempotency_key: randomUUID(),
    avatar_id: avatarId,
    mode: 'multi_scene',
    script: 'A sentence of a script that somebody wrote. '.repeat(32),
    correlation: { workspace: 'w_1' },
  };
}

async function makeAvatar(databaseUrl: string): Promise<string> {
  const pool = createPool(databaseUrl, 1);
  const now = new Date();
  const avatar_id = newId('avatar', now);
  const job_id = newId('job', now);
  await pool.query(
    `insert into jobs (job_id, tenant, job_type, contract, idempotency_key, fingerprint, route, snapshot, snapshot_sha256, plan, created_at, status, finished_at)
     values ($1, 'demo', 'avatar_creation', 'v3', $1, '', 'bench', '{}', '', '{"rows": [], "table": "avatar_creation"}', now(), 'completed', now())`,
    [job_id],
  );
  const ref = { asset_id: newId('asset', now), sha256: '0'.repeat(64), content_type: 'image/png', bytes: 1 };
  await saveAvatarVersion(pool, {
    avatar_id,
    tenant: 'demo',
    name: 'Ada',
    version: 1,
    created_by_job: job_id,
    identity: { neutral_image: ref, plate: ref, mesh: ref, character_sheet: ref, views: [], palette: [] },
    voice_profile: null,
    consent: { statement: 'bench', by: 'bench', at: now.toISOString() },
    now,
  });
  await pool.end();
  return avatar_id;
}
