import { readFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createEphemeralFolder } from '../../dev/ephemeral';
import { sendSignal } from '../../dev/process/end-process';
import { identifyProcess } from '../../dev/process/identity';
import type { ProcessIdentity } from '../../dev/process/identity';
import { startStack } from '../../dev/stack';
import type { Stack } from '../../dev/stack';

let folder: string;
let stackFile: string;
let stack: Stack;

beforeAll(async () => {
  folder = await createEphemeralFolder();
  stackFile = path.join(folder, 'stack.json');
  stack = await startStack({
    stateDir: folder,
    ephemeral: true,
    kind: 'start',
    stackFile,
    print: () => undefined,
    env: process.env,
    ports: { api: 0, temporal: 0, temporalUi: 0, postgres: 0 },
  });
});
afterAll(() => stack?.stop());

function processes(): Record<string, ProcessIdentity> {
  return JSON.parse(readFileSync(path.join(folder, 'processes.json'), 'utf8')) as Record<
    string,
    ProcessIdentity
  >;
}

async function jobsStatus(token: string): Promise<number | null> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${stack.description.api_url}/v1/jobs`, { headers }).catch(() => null);
  await answer?.arrayBuffer();
  return answer?.status ?? null;
}

test('every token of the stack file opens the API, and no other does', async () => {
  const written = JSON.parse(readFileSync(stackFile, 'utf8')) as Stack['description'];
  expect(Object.keys(written.tenants)).toEqual(['demo', 'other']);
  const tokens = Object.values(written.tenants).flatMap((roles) => Object.values(roles));
  expect(await Promise.all(tokens.map(jobsStatus))).toEqual([200, 200, 200, 200, 200, 200]);
  expect(await jobsStatus('ust_unknown')).toBe(401);
});

test('the Temporal Web UI answers where the stack file says', async () => {
  expect((await fetch(stack.description.temporal_ui_url ?? '')).status).toBe(200);
});

test.each(['api', 'worker', 'postgres'])('%s killed with SIGKILL is started again', async (name) => {
  const killed = processes()[name]?.pid ?? 0;
  sendSignal(killed, 'SIGKILL');
  while (processes()[name]?.pid === killed) await delay(50);
  const token = stack.description.tenants['demo']?.backend ?? '';
  while ((await jobsStatus(token)) !== 200) await delay(50);
});

test('after a stop no process is left, and nothing of the ephemeral state', async () => {
  const running = Object.values(processes());
  expect(running).toHaveLength(4);
  await stack.stop();
  expect(await Promise.all(running.map(({ pid }) => identifyProcess(pid)))).toEqual([null, null, null, null]);
  await expect(access(folder)).rejects.toThrow(/ENOENT/);
});
