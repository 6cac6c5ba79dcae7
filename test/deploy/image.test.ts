import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../contracts/project-root';
import { findPort } from '../../dev/process/ports';
import { createTestDatabase, type TestDatabase } from '../setup/database';
import { startTestTemporal, type TestTemporal } from '../setup/temporal';
import { exported } from '../setup/test-run';
import { eventually } from '../support/eventually';
import { readCompose } from './compose-file';
import { copiedFiles } from './dockerfile';

/** The image's files, laid out as the Dockerfile says (but for `npm ci`), and its processes started from them. */
let folder: string;
let database: TestDatabase;
let temporal: TestTemporal;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'understudy-image-'));
  [database, temporal] = await Promise.all([createTestDatabase(), startTestTemporal()]);
  const [build, image] = [path.join(folder, 'build'), path.join(folder, 'image')];
  lay(build, copiedFiles('build'));
  const { status } = spawnSync(process.execPath, ['dev/build.cjs'], { cwd: build, stdio: 'inherit' });
  expect(status).toBe(0);
  lay(image, copiedFiles('final'));
  cpSync(path.join(build, 'dist'), path.join(image, 'dist'), { recursive: true });
});
afterAll(async () => {
  for (const child of children.filter(({ exitCode }) => exitCode === null)) {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  await Promise.all([database.drop(), temporal.stop(), rm(folder, { recursive: true, force: true })]);
});

function lay(target: string, files: string[]): void {
  mkdirSync(target, { recursive: true });
  for (const file of files) cpSync(path.join(projectRoot(), file), path.join(target, file), { recursive: true });
  symlinkSync(path.join(projectRoot(), 'node_modules'), path.join(target, 'node_modules'));
}

/** Starts a service's own command in the image's folder. */
function start(name: string, change: Record<string, string>): { child: ChildProcess; output(): string } {
  const [file = '', ...args] = readCompose().services[name]?.command ?? [];
  const stores = { DATABASE_URL: database.url, TEMPORAL_ADDRESS: temporal.address, S3_BUCKET: 'understudy', FFMPEG_PATH: exported('FFMPEG_PATH') };
  const env = { PATH: process.env['PATH'], NODE_ENV: 'production', LOG_LEVEL: 'info', ...stores, ...change };
  const child = spawn(file, args, { cwd: path.join(folder, 'image'), env });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  return { child, output: () => text };
}

it('migrates the database', async () => {
  const { child, output } = start('migrate', {});
  expect({ codes: await once(child, 'exit'), output: output() }).toEqual({ codes: [0, null], output: expect.stringContaining('up to date') });
});

it('serves the API, which its health check finds', async () => {
  const tokens = path.join(folder, 'tokens.json');
  await writeFile(tokens, '{}');
  const port = String(await findPort(0));
  const [, file = '', ...args] = readCompose().services['api']?.healthcheck?.test ?? [];
  const check = () => spawnSync(file, args.map((argument) => argument.replace(':8080/', `:${port}/`))).status === 0;
  expect(check()).toBe(false);
  const { output } = start('api', { API_PORT: port, SERVICE_TOKENS_FILE: tokens });
  await eventually(`the API is healthy: ${output()}`, async () => check());
});

it('runs the workers of both kinds from the bundle that was built into it', async () => {
  expect(existsSync(path.join(folder, 'image', 'dist', 'workflow-bundle.js'))).toBe(true);
  for (const [name, roles] of [['worker', 'avatar'], ['media', 'media']] as const) {
    const { output } = start(name, { WORKER_ROLES: roles });
    await eventually(`the ${name} runs`, async () => output().includes('worker runs'));
  }
});
