import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { findPort } from '../../dev/process/ports';
import { SEARCH_ATTRIBUTES } from '../../dev/temporal-server';
import { ensureVersitygw } from '../../dev/tools/versitygw';
import { startTestTemporal } from '../setup/temporal';
import { exported } from '../setup/test-run';
import { eventually } from '../support/eventually';
import { environmentOf, interpolate, readCompose, type ComposeService } from './compose-file';

/** What can be run of the compose file without Docker: its scripts and its settings, on the servers themselves. */
const { services } = readCompose();
const GIVEN = { S3_ACCESS_KEY_ID: 'understudy', S3_SECRET_ACCESS_KEY: 'understudy-secret-key' };

function service(name: string): ComposeService {
  const found = services[name];
  if (!found) throw new Error(`There is no service ${name}.`);
  return found;
}

async function runScript(name: string, change: { env: Record<string, string>; edit?: (script: string) => string }): Promise<void> {
  const [shell = '', ...flags] = service(name).entrypoint ?? [];
  const script = interpolate(service(name).command?.[0] ?? '', {});
  const env = { ...environmentOf(service(name), {}), ...change.env };
  const child = spawn(shell, [...flags, change.edit?.(script) ?? script], { env, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  expect({ name, code }).toEqual({ name, code: 0 });
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'understudy-deploy-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

it('prepares the namespace with its retention and search attributes, also a second time', async () => {
  const server = await startTestTemporal();
  const connection = await Connection.connect({ address: server.address });
  try {
    await symlink(exported('TEMPORAL_CLI_PATH'), path.join(folder, 'temporal'));
    const env = { PATH: `${folder}:${process.env['PATH']}`, HOME: folder, TEMPORAL_ADDRESS: server.address };
    for (let time = 1; time <= 2; time++) await runScript('temporal-namespace', { env });
    const namespace = service('worker').environment['TEMPORAL_NAMESPACE'] ?? '';
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 3600);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining([...SEARCH_ATTRIBUTES]));
  } finally {
    await connection.close();
    await server.stop();
  }
});

it('makes a bucket in which the store, started with these settings, keeps its health address open', async () => {
  await runScript('s3-bucket', { env: { PATH: process.env['PATH'] ?? '' }, edit: (script) => script.replaceAll('/data', `${folder}/data`) });
  expect(existsSync(path.join(folder, 'data', 'understudy'))).toBe(true);
  const program = await ensureVersitygw((line) => process.stderr.write(`${line}\n`));
  // Without Go there is no such server here; what could be proven is proven above.
  if (program === null) return;
  const port = await findPort(0);
  const settings = environmentOf(service('s3'), GIVEN);
  const args = (service('s3').command ?? []).map((argument) => argument.replace('/data', `${folder}/data`));
  const child = spawn(program, args, { env: { ...settings, VGW_PORT: `127.0.0.1:${port}` }, stdio: 'ignore' });
  const answer = await eventually('the store answers', () => fetch(`http://127.0.0.1:${port}${settings['VGW_HEALTH']}`).catch(() => null));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(answer.status).toBe(200);
}, 1_200_000);
