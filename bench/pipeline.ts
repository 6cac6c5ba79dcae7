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

/** Pairs between two bursts: enough that those which the burst before them still slows do not decide. */
const ALONE = 16;
const BURST = 40;
const ROUNDS = 7;
/** Of what is only printed. */
const FEWER_ROUNDS = 3;

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
 *
 * Each contender has workers of its own, and only the two that are compared take turns: whoever shares its workers with the
 * one before finds them warm. The control shows that the comparison is fair: the bare workflow beside its twin has to give 1.
 */
export async function benchPipeline(servers: BenchServers, report: Report): Promise<void> {
  const { address } = servers.temporal;
  const orchestra = await conduct({
    adapters: createTrivialFamily({ scenes: () => 1, onCall: () => undefined }),
    address,
    databaseUrl: servers.databaseUrl,
    queues: ['avatar', 'media'],
    work: NOOP_WORK,
  });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const workers = await startBareWorkers(address, ['bare', 'twin', 'plain']);
  const bare = bareContender(client, 'bare', 'bareShape');
  const product = { name: 'product', run: async () => void (await runProduct(orchestra)) };
  const figures = await measureInTurns([bare, product], ROUNDS);
  printFigures(report, new Map([...(await measureInTurns([bareContender(client, 'plain', 'plain')], FEWER_ROUNDS)), ...figures]));
  printControl(report, await measureInTurns([bare, bareContender(client, 'twin', 'bareShape')], FEWER_ROUNDS));
  check(report, figures);
  await printHistory(report, orchestra);
  await workers.stop();
  await connection.close();
  await orchestra.close();
}

async function measureInTurns(contenders: Contender[], rounds: number): Promise<Map<string, Figures>> {
  const figures = new Map(contenders.map(({ name }) => [name, { alone_ms: [], jobs_per_s: [], cpu_ms: [], by_program: {} } as Figures]));
  for (const contender of contenders) for (let warm = 0; warm < 5; warm += 1) await contender.run();
  for (let round = 0; round < rounds; round += 1) {
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

/** A workflow without our code, on queues of its own name. */
function bareContender(client: Client, name: string, workflow: string): Contender {
  return { name, run: () => client.workflow.execute(workflow, { taskQueue: name, workflowId: newId('job', new Date()), args: [] }) };
}

async function runProduct(orchestra: Orchestra): Promise<string> {
  const snapshot = outputSnapshot({ mode: 'pose' });
  const jobId = await orchestra.submit({ workflow: 'avatarOutput', snapshot, plan: outputPlan(snapshot) });
  await orchestra.ended(jobId);
  return jobId;
}

function printFigures(report: Report, figures: Map<string, Figures>): void {
  for (const [name, { jobs_per_s, cpu_ms, alone_ms, by_program }] of figures) {
    const parts = Object.entries(by_program)
      .filter(([, ms]) => ms >= 0.5)
      .map(([program, ms]) => `${program} ${ms.toFixed(0)}`)
      .join(' + ');
    report.note(
      `pipeline, ${name}`,
      `${median(jobs_per_s).toFixed(1)} jobs/s, ${median(cpu_ms).toFixed(0)} CPU-ms a job (${parts}), one alone ${median(alone_ms).toFixed(0)} ms`,
    );
  }
}

type Figure = Exclude<keyof Figures, 'by_program'>;

function compare(figures: Map<string, Figures>, name: string, figure: Figure): number {
  return medianRatio(figures.get(name)![figure], figures.get('bare')![figure]);
}

function printControl(report: Report, figures: Map<string, Figures>): void {
  const [jobs, cpu, alone] = (['jobs_per_s', 'cpu_ms', 'alone_ms'] as const).map((figure) => compare(figures, 'twin', figure).toFixed(2));
  report.note('pipeline, control', `a twin of the bare shape has ${jobs} x its jobs/s, ${cpu} x its CPU, ${alone} x its time alone`);
}

function check(report: Report, figures: Map<string, Figures>): void {
  report.check('pipeline: jobs/s of the bare shape', compare(figures, 'product', 'jobs_per_s'), { least: 0.85 });
  report.check('pipeline: CPU of the bare shape', compare(figures, 'product', 'cpu_ms'), { most: 1.25 });
  report.check('pipeline: one job alone, time of the bare shape', compare(figures, 'product', 'alone_ms'), { most: 1.15 });
}

async function printHistory(report: Report, orchestra: Orchestra): Promise<void> {
  const jobId = await runProduct(orchestra);
  const { workflowExecutionInfo } = (await orchestra.handle(jobId).describe()).raw;
  report.check('pipeline: history events of a job', Number(workflowExecutionInfo?.historyLength ?? 0), { most: 90 });
  report.check('pipeline: history size of a job, KB', Number(workflowExecutionInfo?.historySizeBytes ?? 0) / 1000, { most: 30 });
}
