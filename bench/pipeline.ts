import { Client, Connection } from '@temporalio/client';
import { newId } from '../contracts/ids';
import { conduct, type Orchestra } from '../test/support/orchestra';
import { outputPlan } from '../test/support/plans';
import { outputSnapshot } from '../test/support/snapshots';
import { createTrivialFamily } from '../test/support/trivial-family';
import { startBareWorkers } from './bare/worker';
import { cpuByProgram } from './cpu';
import { NOOP_WORK } from './noop-work';
import { median, medianRatio, type Report } from './report';
import type { BenchServers } from './servers';

const ALONE = 8;
const BURST = 40;
const ROUNDS = 7;

interface Figures {
  alone_ms: number[];
  jobs_per_s: number[];
  cpu_ms: number[];
  by_program: Record<string, number>;
}

interface Contender {
  name: string;
  run(): Promise<void>;
}

/**
 * The product's job of eleven no-op stages and one scene beside a bare Temporal workflow of the same shape, queues and
 * upserts on the same server, in turns. Everything counts as CPU: workers, Temporal server and Postgres.
 */
export async function benchPipeline(servers: BenchServers, report: Report): Promise<void> {
  const orchestra = await conduct({
    adapters: createTrivialFamily({ scenes: () => 1, onCall: () => undefined }),
    address: servers.temporal.address,
    databaseUrl: servers.databaseUrl,
    queues: ['avatar', 'media'],
    work: NOOP_WORK,
  });
  const bare = await startBareWorkers(servers.temporal.address);
  const connection = await Connection.connect({ address: servers.temporal.address });
  const client = new Client({ connection });
  const contenders: Contender[] = [
    { name: 'bare', run: () => runBare(client, 'bareShape') },
    { name: 'product', run: async () => void (await runProduct(orchestra)) },
    { name: 'plain', run: () => runBare(client, 'plain') },
  ];
  const figures = await measureInTurns(contenders);
  print(report, figures);
  await printHistory(report, orchestra);
  await bare.stop();
  await connection.close();
  await orchestra.close();
}

async function measureInTurns(contenders: Contender[]): Promise<Map<string, Figures>> {
  const figures = new Map(contenders.map(({ name }) => [name, { alone_ms: [], jobs_per_s: [], cpu_ms: [], by_program: {} } as Figures]));
  for (const contender of contenders) for (let warm = 0; warm < 5; warm += 1) await contender.run();
  for (let round = 0; round < ROUNDS; round += 1) {
    // What the server still does for the one before counts for the next, so nobody always follows the same one.
    const inTurns = round % 2 === 0 ? contenders : [...contenders].reverse();
    // One after the other, job by job: a machine that is slow for a while is slow for all of them.
    for (let job = 0; job < ALONE; job += 1) for (const contender of inTurns) figures.get(contender.name)!.alone_ms.push(await timed(contender.run));
    for (const contender of inTurns) await measureBurst(contender, figures.get(contender.name)!);
  }
  return figures;
}

async function measureBurst(contender: Contender, figures: Figures): Promise<void> {
  const before = cpuByProgram(process.pid);
  const ms = await timed(() => Promise.all(Array.from({ length: BURST }, () => contender.run())));
  figures.jobs_per_s.push((BURST * 1000) / ms);
  const after = cpuByProgram(process.pid);
  const used = Object.entries(after).map(([name, value]) => [name, (value - (before[name] ?? 0)) / BURST] as const);
  figures.cpu_ms.push(used.reduce((sum, [, value]) => sum + value, 0));
  figures.by_program = Object.fromEntries(used);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function runBare(client: Client, workflow: string): Promise<void> {
  await client.workflow.execute(workflow, { taskQueue: 'bare', workflowId: newId('job', new Date()), args: [] });
}

async function runProduct(orchestra: Orchestra): Promise<string> {
  const snapshot = outputSnapshot({ mode: 'pose' });
  const jobId = await orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: outputPlan(snapshot) });
  await orchestra.ended(jobId);
  return jobId;
}

function print(report: Report, figures: Map<string, Figures>): void {
  const of = (name: string): Figures => figures.get(name)!;
  const middle = (name: string, key: 'alone_ms' | 'jobs_per_s' | 'cpu_ms'): number => median(of(name)[key]);
  const parts = (name: string): string =>
    Object.entries(of(name).by_program)
      .filter(([, ms]) => ms >= 0.5)
      .map(([program, ms]) => `${program} ${ms.toFixed(0)}`)
      .join(' + ');
  const line = (name: string): string =>
    `${middle(name, 'jobs_per_s').toFixed(1)} jobs/s, ${middle(name, 'cpu_ms').toFixed(0)} CPU-ms a job (${parts(name)}), one alone ${middle(name, 'alone_ms').toFixed(0)} ms`;
  for (const name of ['plain', 'bare', 'product']) report.note(`pipeline, ${name}`, line(name));
  const compared = (key: 'alone_ms' | 'jobs_per_s' | 'cpu_ms'): number => medianRatio(of('product')[key], of('bare')[key]);
  report.check('pipeline: jobs/s of the bare shape', compared('jobs_per_s'), { least: 0.85 });
  report.check('pipeline: CPU of the bare shape', compared('cpu_ms'), { most: 1.25 });
  report.check('pipeline: one job alone, time of the bare shape', compared('alone_ms'), { most: 1.15 });
}

async function printHistory(report: Report, orchestra: Orchestra): Promise<void> {
  const jobId = await runProduct(orchestra);
  const { workflowExecutionInfo } = (await orchestra.handle(jobId).describe()).raw;
  report.check('pipeline: history events of a job', Number(workflowExecutionInfo?.historyLength ?? 0), { most: 90 });
  report.check('pipeline: history size of a job, KB', Number(workflowExecutionInfo?.historySizeBytes ?? 0) / 1000, { most: 30 });
}
