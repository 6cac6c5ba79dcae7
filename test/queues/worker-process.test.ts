import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { projectRoot } from '../../contracts/project-root';
import { QUEUES, type Queue } from '../../contracts/vocabulary';
import { createPool } from '../../db/pool';
import { queueLimits, runsWorkflows } from '../../worker/queues';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { startTestTemporal, type TestTemporal } from '../setup/temporal';
import { eventually } from '../support/eventually';
import { submitCrowd } from './crowd';

/** `npm run worker` as it is deployed. Its way to the Temporal server leads through a proxy that counts connections. */
describe('a worker process', () => {
  let temporal: TestTemporal;
  let database: TestDatabase;
  let connection: Connection;
  let proxy: Server;
  let connections = 0;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    [temporal, database] = await Promise.all([startTestTemporal(), createTestDatabase()]);
    connection = await Connection.connect({ address: temporal.address });
    const [host = '', port = ''] = temporal.address.split(':');
    proxy = createServer((socket) => {
      connections += 1;
      const onward = connect(Number(port), host);
      socket.pipe(onward).pipe(socket);
      socket.on('error', () => onward.destroy());
      onward.on('error', () => socket.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
  });
  afterAll(async () => {
    proxy.close();
    await connection.close();
    await Promise.all([temporal.stop(), database.drop()]);
  });

  async function startWorker(roles: Queue[]): Promise<void> {
    connections = 0;
    const env = {
      ...process.env,
      WORKER_ROLES: roles.join(','),
      TEMPORAL_ADDRESS: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      DATABASE_URL: database.url,
      ASSET_DIR: path.join(os.tmpdir(), 'understudy-no-assets'),
      ASSET_URL_SECRET: 'a secret of the test run',
      SHUTDOWN_GRACE_MS: '0',
    };
    const child = spawn(process.execPath, [path.join(projectRoot(), 'dist', 'worker', 'main.js')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await eventually('the worker runs', () => Promise.resolve(said.includes('worker runs')));
  }

  /** `avatar workflow`, `media activity` and so on, for every queue that somebody asks for work. */
  async function served(): Promise<string[]> {
    const types = [['workflow', 1], ['activity', 2]] as const;
    const asked = QUEUES.flatMap((name) => types.map(([kind, taskQueueType]) => ({ name, kind, taskQueueType })));
    const described = await Promise.all(
      asked.map(async ({ name, kind, taskQueueType }) => {
        const { pollers } = await connection.workflowService.describeTaskQueue({ namespace: 'default', taskQueue: { name }, taskQueueType });
        return pollers && pollers.length > 0 ? [`${name} ${kind}`] : [];
      }),
    );
    return described.flat();
  }

  it('with the role media alone asks for no workflow, and none runs', async () => {
    await startWorker(['media']);
    await eventually('it asks for work', async () => (await served()).includes('media activity'));
    const pool = createPool(database.url, 1);
    const client = new Client({ connection });
    const [film] = await submitCrowd({ pool, client }, { tenant: 'demo', count: 1, kind: 'film' });
    await pool.end();
    expect(await served()).toEqual(['media activity']);
    const { historyLength } = await client.workflow.getHandle(film ?? '').describe();
    // Started and scheduled: no workflow task was ever begun.
    expect(historyLength).toBe(2);
  });

  it('with every role serves all queues over one connection', async () => {
    await startWorker([...QUEUES]);
    const expected = QUEUES.flatMap((name) => (runsWorkflows(name) ? [`${name} workflow`, `${name} activity`] : [`${name} activity`]));
    await eventually('it serves everything', async () => (await served()).length === expected.length);
    expect((await served()).sort()).toEqual(expected.sort());
    expect(connections).toBe(1);
  });
});

describe('the slots of a queue', () => {
  const settings = { media_slots: 2, provider_slots: 100 };
  const activities = (queue: Queue): number | undefined => queueLimits(queue, settings).maxConcurrentActivityTaskExecutions;

  it('are the cores for media, many for what waits on the network, and some for what only reads and writes', () => {
    expect(Object.fromEntries(QUEUES.map((queue) => [queue, activities(queue)]))).toEqual({
      avatar: 40, marketing: 40, callbacks: 100, maintenance: 40, retry: 40, provider: 100, media: 2,
    });
  });

  it('keep few workflows in memory, each on the queues that run any', () => {
    expect(QUEUES.map((queue) => [queue, queueLimits(queue, settings).maxCachedWorkflows])).toEqual([
      ['avatar', 150], ['marketing', 150], ['callbacks', 150], ['maintenance', 150], ['retry', 150], ['provider', undefined], ['media', undefined],
    ]);
  });
});
