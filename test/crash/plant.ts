import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { projectRoot } from '../../contracts/project-root';
import { createEphemeralFolder } from '../../dev/ephemeral';
import { sendSignal } from '../../dev/process/end-process';
import { startStack, type Stack } from '../../dev/stack';
import { startFaultServer, type FaultServer } from '../conformance/fault-server';
import { startReceiver, type Receiver } from '../support/receiver';

/** The parts of the product that can be killed. */
export type Part = 'worker' | 'api' | 'postgres' | 'temporal';

/** Answers as a product backend reads them: as whatever JSON came. */
export type Json = Record<string, unknown>;

/**
 * The whole product as its users start it, its processes supervised, buying speech, backgrounds and more from providers
 * that are played by one server, which keeps the ledger of what it would bill.
 */
export interface Plant {
  provider: FaultServer;
  receiver: Receiver;
  stack: Stack;
  folder: string;
  /** Ends a part with SIGKILL; its supervisor starts it again. */
  kill(part: Part): void;
  /** Process id of a part, as its supervisor knows it now. */
  pidOf(part: Part): number;
  call(place: string, body?: object, role?: 'backend' | 'operator'): Promise<Json>;
  /** Uploads a file; the answer is its asset's id. */
  upload(file: string, content_type: string): Promise<string>;
  /** Makes the avatar that every film uses. */
  makeAvatar(): Promise<string>;
  /** A short film of one scene; its words tell it apart at the provider. */
  film(avatarId: string, script: string): object;
  until(jobId: string, reached: (job: Json) => boolean): Promise<Json>;
  close(): Promise<void>;
}

export interface PlantOptions {
  /** Providers by capability, as the environment names them. */
  providers: Record<string, string>;
  /** Other settings of API and worker. */
  settings?: Record<string, string>;
  print?: (line: string) => void;
}

export const RECEIVER_SECRET = 'whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=';
const GIVE_UP_AFTER_MS = 240_000;

export async function openPlant({ providers, settings = {}, print = () => undefined }: PlantOptions): Promise<Plant> {
  const [provider, receiver, folder] = await Promise.all([startFaultServer(), startReceiver(RECEIVER_SECRET), createEphemeralFolder()]);
  const env = {
    ...process.env,
    ...accounts(provider.url),
    ...providers,
    CALLBACK_SECRET_DEFAULT: RECEIVER_SECRET,
    CALLBACK_ALLOW_HOSTS: new URL(receiver.url).host,
    CALLBACK_RETRY_DELAYS_MS: '200,500,1000,2000,4000,8000,8000,8000,8000',
    PROVIDER_POLL_MS: '200',
    ...settings,
  };
  const stack = await startStack({ stateDir: folder, ephemeral: true, kind: 'start', stackFile: path.join(folder, 'stack.json'), print, env, ports: { api: 0, temporal: 0, temporalUi: 0, postgres: 0 } });
  const call = caller(stack);
  return {
    ...{ provider, receiver, stack, folder, call },
    pidOf: (part) => pidOf(folder, part),
    kill: (part) => sendSignal(pidOf(folder, part), 'SIGKILL'),
    upload: (file, content_type) => upload(stack, file, content_type),
    makeAvatar: () => makeAvatar(stack, call),
    film: (avatarId, script) => filmOf(avatarId, script, `${receiver.url}/${script.replaceAll(/[^a-z0-9]/gi, '-')}`),
    until: (jobId, reached) => until(call, jobId, reached),
    close: async () => {
      await stack.stop();
      await Promise.all([provider.close(), receiver.close()]);
    },
  };
}

function accounts(url: string): Record<string, string> {
  const bases = { FAL: url, OPENAI: `${url}/v1`, ELEVENLABS: url };
  return Object.fromEntries(Object.entries(bases).flatMap(([family, base]) => [[`${family}_API_KEY`, 'a key of the test'], [`${family}_BASE_URL`, base]]));
}

function pidOf(folder: string, part: Part): number {
  const processes = JSON.parse(readFileSync(path.join(folder, 'processes.json'), 'utf8')) as Record<string, { pid: number }>;
  const found = processes[part];
  if (!found) throw new Error(`No process is called ${part}; there are ${Object.keys(processes).join(', ')}.`);
  return found.pid;
}

/** Tries again while nobody answers: a killed API is back in a second. */
function caller(stack: Stack): Plant['call'] {
  return async (place, body, role = 'backend') => {
    const deadline = Date.now() + GIVE_UP_AFTER_MS;
    for (;;) {
      try {
        const headers = { authorization: `Bearer ${stack.description.tenants['demo']?.[role] ?? ''}`, ...(body ? { 'content-type': 'application/json' } : {}) };
        const answer = await fetch(new URL(place, stack.description.api_url), { method: body ? 'POST' : 'GET', headers, ...(body ? { body: JSON.stringify(body) } : {}), signal: AbortSignal.timeout(20_000) });
        const text = await answer.text();
        // Postgres is away for a moment: the same request may be sent again.
        if (answer.status < 500 || Date.now() > deadline) return JSON.parse(text) as Json;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
      await pause(200);
    }
  };
}

async function until(call: Plant['call'], jobId: string, reached: (job: Json) => boolean): Promise<Json> {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const job = await call(`/v1/jobs/${jobId}`);
    if (reached(job)) return job;
    if (Date.now() > deadline) throw new Error(`Job ${jobId} stands at ${JSON.stringify({ status: job['status'], awaiting: job['awaiting'], error: job['error'], progress: job['progress'] })}.`);
    await pause(100);
  }
}

export function isOver(job: Json): boolean {
  return ['completed', 'failed', 'cancelled'].includes(String(job['status']));
}

async function makeAvatar(stack: Stack, call: Plant['call']): Promise<string> {
  const photo = await upload(stack, path.join(projectRoot(), 'assets', 'portraits', 'astronaut.png'), 'image/png');
  const consent = { statement: 'I agree.', by: 'ada@example.com', at: '2026-11-23T12:00:00Z' };
  const made = await call('/v1/jobs', { contract: 'v3', job_type: 'avatar_creation', idempotency_key: randomUUID(), photos: [{ asset_id: photo }], consent });
  const job = await until(call, String(made['job_id']), isOver);
  const result = job['result'] as { avatar_id: string } | null;
  if (!result) throw new Error(`No avatar was made: ${JSON.stringify(job['error'])}`);
  return result.avatar_id;
}

async function upload(stack: Stack, file: string, content_type: string): Promise<string> {
  const headers = { authorization: `Bearer ${stack.description.tenants['demo']?.backend ?? ''}`, 'content-type': content_type };
  const answer = await fetch(new URL('/v1/assets', stack.description.api_url), { method: 'POST', headers, body: readFileSync(file) });
  return ((await answer.json()) as { asset_id: string }).asset_id;
}

function filmOf(avatar_id: string, script: string, url: string): object {
  const output = { aspect_ratio: '16:9', resolution: '480p', captions: 'sidecar', background: { prompt: script } };
  return { contract: 'v3', job_type: 'avatar_output', idempotency_key: randomUUID(), avatar_id, mode: 'single_scene', script, output, callback: { url } };
}
