import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { Client } from 'pg';
import { createEphemeralFolder } from '../../dev/ephemeral';
import { sendSignal } from '../../dev/process/end-process';
import { provideDatabase, provideTemporal } from '../../dev/stack/servers';
import type { ServerContext } from '../../dev/stack/servers';
import { openState } from '../../dev/stack/state';
import { ProcessList } from '../../dev/stack/supervisor-lock';
import { exported } from '../setup/test-run';

let folder: string;
let context: ServerContext;
let pids: Record<string, number>;

beforeAll(async () => {
  folder = await createEphemeralFolder();
  const { paths, secrets } = await openState(folder);
  pids = {};
  const processes = new ProcessList(paths.processes);
  const note = processes.note.bind(processes);
  processes.note = (name, identity) => note(name, identity).then(() => void (pids[name] = identity.pid));
  const ports = { api: 0, temporal: 0, temporalUi: 0, postgres: 0 };
  context = { paths, secrets, ports, env: {}, durable: true, print: () => undefined, processes };
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function untilTrue(check: () => Promise<boolean>): Promise<void> {
  while (!(await check().catch(() => false))) await delay(50);
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('a Postgres killed with SIGKILL comes back on its port with what was committed', async () => {
  const database = await provideDatabase(context);
  await query(database.url, 'CREATE TABLE kept AS SELECT 7 AS x');
  const killed = pids['postgres'] ?? 0;
  sendSignal(killed, 'SIGKILL');
  await untilTrue(() => Promise.resolve(pids['postgres'] !== killed));
  expect(await query(database.url, 'SELECT x FROM kept')).toEqual([{ x: 7 }]);
  await database.supervised?.stop();
  await expect(query(database.url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
});

test('a Temporal server killed with SIGKILL comes back on its port with its namespaces', async () => {
  const temporal = await provideTemporal(context, () => Promise.resolve(exported('TEMPORAL_CLI_PATH')));
  const connection = await Connection.connect({ address: temporal.address });
  const retention = () => connection.workflowService.describeNamespace({ namespace: 'default' });
  const before = await retention();
  const killed = pids['temporal'] ?? 0;
  sendSignal(killed, 'SIGKILL');
  await untilTrue(() => Promise.resolve(pids['temporal'] !== killed));
  await untilTrue(async () => (await retention()).namespaceInfo?.id === before.namespaceInfo?.id);
  expect((await retention()).namespaceInfo?.id).toBe(before.namespaceInfo?.id);
  await connection.close();
  await temporal.supervised?.stop();
});

test('DATABASE_URL and TEMPORAL_ADDRESS replace the embedded servers', async () => {
  const env = { DATABASE_URL: 'postgres://elsewhere/db', TEMPORAL_ADDRESS: 'elsewhere:7233' };
  const cli = () => Promise.reject(new Error('the Temporal CLI is not needed'));
  const database = await provideDatabase({ ...context, env });
  const temporal = await provideTemporal({ ...context, env }, cli);
  expect([database.url, database.supervised]).toEqual(['postgres://elsewhere/db', null]);
  expect([temporal.address, temporal.supervised]).toEqual(['elsewhere:7233', null]);
});
