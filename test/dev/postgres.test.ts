import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { createEphemeralFolder } from '../../dev/ephemeral';
import { startPostgres } from '../../dev/postgres';
import type { RunningPostgres } from '../../dev/postgres';
import { sendSignal } from '../../dev/process/end-process';
import { identifyProcess } from '../../dev/process/identity';
import { findPort, isPortFree } from '../../dev/process/ports';
import { projectRoot } from '../../contracts/project-root';

const password = 'a-password-for-this-test';
let folder: string;
let lines: string[];

beforeAll(async () => {
  folder = await createEphemeralFolder();
});
beforeEach(() => {
  lines = [];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(port = 0, durable = true): Promise<RunningPostgres> {
  return startPostgres({ stateDir: folder, port, password, durable, print: (line) => lines.push(line) });
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('text is UTF-8 with the builtin locale, pages have checksums, and the state outlives a restart', async () => {
  const first = await start();
  await query(first.url, "CREATE TABLE kept AS SELECT 'ÄÉ' AS text");
  await first.stop();
  const second = await start();
  const [row] = await query(
    second.url,
    "SELECT lower(text) AS text, current_setting('data_checksums') AS sums FROM kept",
  );
  await second.stop();
  expect(row).toEqual({ text: 'äé', sums: 'on' });
});

test('what was committed outlives kill -9, also where nothing waits for the disk: work that was sent to a provider is not forgotten', async () => {
  const first = await start(0, false);
  await query(first.url, 'CREATE TABLE sent (id integer)');
  const writer = new Client({ connectionString: first.url });
  writer.on('error', () => undefined);
  await writer.connect();
  for (let id = 0; id < 200; id += 1) await writer.query('INSERT INTO sent VALUES ($1)', [id]);
  sendSignal(first.identity.pid, 'SIGKILL');
  await first.ended;
  await writer.end().catch(() => undefined);
  const second = await start(0, false);
  expect(await query(second.url, 'SELECT count(*)::integer AS count FROM sent')).toEqual([{ count: 200 }]);
  await second.stop();
});

test('a taken port moves to the next free one', async () => {
  const port = await findPort(20_000 + Math.trunc(process.pid % 20_000));
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  const postgres = await start(port);
  expect(postgres.port).toBeGreaterThan(port);
  expect(await query(postgres.url, 'SELECT 1 AS x')).toEqual([{ x: 1 }]);
  await postgres.stop();
  other.close();
});

test('a wrong password for existing data is told in a sentence', async () => {
  const options = { stateDir: folder, port: 0, password: 'another', print: () => undefined };
  await expect(startPostgres(options)).rejects.toThrow(/the password of this state does not fit its data/);
});

test('a Postgres whose supervisor and watchdog were killed is taken down, and its data gone on with', async () => {
  const orphan = await start();
  await writeFile(path.join(folder, 'postgres', 'marker'), '');
  // The second start is what a new supervisor does; this one plays dead and leaves its Postgres running.
  const next = await start();
  expect(lines.join('\n')).toContain(
    `ending process ${orphan.identity.pid}, left behind by a run that was killed`,
  );
  expect(await identifyProcess(orphan.identity.pid)).toBeNull();
  expect(existsSync(path.join(folder, 'postgres', 'marker'))).toBe(true);
  await next.stop();
});

test('a pid file that means another living process does not keep Postgres from starting', async () => {
  const file = path.join(folder, 'postgres', 'postmaster.pid');
  await writeFile(file, `${process.pid}\n${path.join(folder, 'postgres')}\n1\n5432\n\n127.0.0.1\n\nready\n`);
  const postgres = await start();
  expect((await readFile(file, 'utf8')).split('\n')[0]).toBe(String(postgres.identity.pid));
  await postgres.stop();
});

test('Postgres ends by itself when the process that started it is killed with SIGKILL', async () => {
  const script = `
    const { startPostgres } = require(${JSON.stringify(path.join(projectRoot(), 'dist', 'dev', 'postgres.js'))});
    startPostgres({ stateDir: ${JSON.stringify(folder)}, port: 0, password: '${password}', print() {} })
      .then((postgres) => console.log(postgres.identity.pid + ' ' + postgres.port));`;
  const supervisor = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(supervisor.stdout, 'data')) as [Buffer];
  const [pid, port] = said.toString().trim().split(' ').map(Number);
  sendSignal(supervisor.pid ?? 0, 'SIGKILL');
  while ((await identifyProcess(pid ?? 0)) !== null) await delay(25);
  expect(await isPortFree(port ?? 0)).toBe(true);
});
