import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { identifyProcess } from '../../dev/process/identity';
import { startService } from '../../dev/process/service';
import { publishStack, withdrawStack } from '../../dev/stack/stack-file';
import type { StackDescription } from '../../dev/stack/stack-file';
import { openState } from '../../dev/stack/state';
import { letGo, ProcessList, takeOver } from '../../dev/stack/supervisor-lock';

let folder: string;
const print = () => undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'understudy-state-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function modeOf(file: string): Promise<string> {
  return ((await stat(file)).mode & 0o777).toString(8);
}

test('tokens survive a restart, lie closed, and the API is given their digests only', async () => {
  const { paths, secrets } = await openState(folder);
  expect((await openState(folder)).secrets).toEqual(secrets);
  expect([await modeOf(paths.secrets), await modeOf(paths.tokensFile)]).toEqual(['600', '600']);
  const digests: unknown = JSON.parse(await readFile(paths.tokensFile, 'utf8'));
  const token = secrets.tokens['other']?.reviewer ?? '';
  expect(token).toMatch(/^ust_[\w-]{43}$/);
  expect(digests).toHaveProperty('other.reviewer', [createHash('sha256').update(token).digest('hex')]);
  expect(JSON.stringify(digests)).not.toContain('ust_');
});

test('a second supervisor of the same state is refused, one after a dead supervisor is not', async () => {
  const { paths } = await openState(folder);
  await takeOver(paths, print);
  await expect(takeOver(paths, print)).rejects.toThrow(`already runs here as process ${process.pid}`);
  await letGo(paths);
  await writeFile(paths.supervisor, JSON.stringify({ pid: process.pid, started: 'another time' }));
  await takeOver(paths, print);
});

test('a new supervisor ends what a killed one left running, with everything that started', async () => {
  const { paths } = await openState(folder);
  const service = await startService({
    file: '/bin/sh',
    args: ['-c', 'trap "" TERM; sleep 300 & echo $!; wait; wait'],
    env: { PATH: process.env['PATH'] },
    cwd: '/',
    logFile: path.join(paths.logs, 'worker.log'),
    end: [{ signal: 'SIGKILL', wait_ms: 1_000 }],
  });
  await new ProcessList(paths.processes).note('worker', service.identity);
  await takeOver(paths, print);
  await service.ended;
  expect(await identifyProcess(service.identity.pid)).toBeNull();
  const grandchild = Number(await readFile(path.join(paths.logs, 'worker.log'), 'utf8'));
  while (grandchild > 0 && (await identifyProcess(grandchild)) !== null) await new Promise(setImmediate);
});

const STACK: StackDescription = {
  api_url: 'http://127.0.0.1:1',
  temporal_ui_url: null,
  temporal_address: '127.0.0.1:2',
  namespace: 'default',
  database_url: 'postgres://127.0.0.1:3/understudy',
  tenants: {},
  callback_secrets: {},
};

test('the stack file is closed to others and goes when the stack goes', async () => {
  const file = path.join(folder, '.data', 'stack.json');
  expect(await publishStack(file, STACK, 'start')).toBe(true);
  expect(await modeOf(file)).toBe('600');
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject(STACK);
  await withdrawStack(file);
  expect(existsSync(file)).toBe(false);
});

test('a demo leaves the file of a running stack alone and replaces that of a dead one', async () => {
  const file = path.join(folder, 'stack.json');
  const other = spawn('sleep', ['300']);
  const supervisor = { kind: 'start', ...(await identifyProcess(other.pid ?? 0)) };
  await writeFile(file, JSON.stringify({ ...STACK, supervisor }));
  expect(await publishStack(file, STACK, 'demo')).toBe(false);
  await withdrawStack(file);
  expect(existsSync(file)).toBe(true);
  const ended = new Promise((resolve) => other.once('exit', resolve));
  other.kill('SIGKILL');
  await ended;
  expect(await publishStack(file, STACK, 'demo')).toBe(true);
});
