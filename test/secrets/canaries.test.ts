import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { projectRoot } from '../../contracts/project-root';
import { createPool } from '../../db/pool';
import { createEphemeralFolder } from '../../dev/ephemeral';
import { startStack, type Stack } from '../../dev/stack';
import { eventually } from '../support/eventually';

/** Words that no log, history or error may ever show, by what they stand for. */
const CANARIES = {
  script: `zebrafalcon${randomBytes(4).toString('hex')}`,
  note: `violetotter${randomBytes(4).toString('hex')}`,
  background_prompt: `copperlynx${randomBytes(4).toString('hex')}`,
  consent: `silverheron${randomBytes(4).toString('hex')}`,
  name: `Quillmarten${randomBytes(4).toString('hex')}`,
  provider_key: `key-${randomBytes(12).toString('hex')}`,
  callback_query: `hook-${randomBytes(12).toString('hex')}`,
};

describe('what a run leaves in logs, histories and errors', () => {
  let folder: string;
  let stack: Stack;
  let provider: Server;
  let asked = 0;
  let left: Record<string, string>;

  beforeAll(async () => {
    folder = await createEphemeralFolder();
    provider = await startRudeProvider(() => (asked += 1));
    const port = (provider.address() as AddressInfo).port;
    stack = await startStack({
      stateDir: folder,
      ephemeral: true,
      kind: 'start',
      stackFile: path.join(folder, 'stack.json'),
      print: () => undefined,
      env: {
        ...process.env,
        LOG_LEVEL: 'trace',
        BACKGROUND_PROVIDERS: 'fal,local',
        FAL_API_KEY: CANARIES.provider_key,
        FAL_BASE_URL: `http://127.0.0.1:${port}`,
        CALLBACK_ALLOW_HOSTS: `127.0.0.1:${port}`,
      },
      ports: { api: 0, temporal: 0, temporalUi: 0, postgres: 0 },
    });
    await run(port);
    left = { ...logs(), ...(await histories()), ...(await records()) };
  }, 300_000);
  afterAll(async () => {
    await stack?.stop();
    provider?.close();
  });

  const url = (place: string): URL => new URL(place, stack.description.api_url);
  const token = (): string => stack.description.tenants['demo']?.backend ?? '';

  // A test reads answers as anybody would.
  async function call(place: string, body?: object | Buffer): Promise<Record<string, unknown>> {
    const isJson = body !== undefined && !Buffer.isBuffer(body);
    const headers = { authorization: `Bearer ${token()}`, ...(body === undefined ? {} : { 'content-type': isJson ? 'application/json' : 'image/png' }) };
    const answer = await fetch(url(place), { method: body === undefined ? 'GET' : 'POST', headers, body: isJson ? JSON.stringify(body) : (body as RequestInit['body']) });
    return (await answer.json()) as Record<string, unknown>;
  }

  const until = (jobId: unknown, reached: (job: Record<string, unknown>) => boolean) =>
    eventually(`job ${String(jobId)} is so far`, async () => {
      const job = await call(`/v1/jobs/${String(jobId)}`);
      return reached(job) ? job : null;
    });
  const isOver = (job: Record<string, unknown>): boolean => ['completed', 'failed', 'cancelled'].includes(String(job['status']));

  /** A creation, a gated film whose reviewer asks for a change, whose first provider answers with what it was sent, and a failure. */
  async function run(port: number): Promise<void> {
    const photo = await call('/v1/assets', readFileSync(path.join(projectRoot(), 'assets', 'portraits', 'astronaut.png')));
    const callback = { url: `http://127.0.0.1:${port}/hook?token=${CANARIES.callback_query}` };
    const common = { contract: 'v3', callback };
    const consent = { statement: CANARIES.consent, by: 'ada@example.com', at: '2026-11-23T12:00:00Z' };
    const made = await call('/v1/jobs', { ...common, job_type: 'avatar_creation', idempotency_key: 'c1', name: CANARIES.name, photos: [{ asset_id: photo['asset_id'] }], consent });
    const creation = await until(made['job_id'], isOver);
    const avatar_id = (creation['result'] as { avatar_id: string }).avatar_id;
    const output = { aspect_ratio: '16:9', resolution: '480p', captions: 'burned', background: { prompt: CANARIES.background_prompt } };
    const film = await call('/v1/jobs', { ...common, job_type: 'avatar_output', idempotency_key: 'o1', avatar_id, mode: 'single_scene', script: `Hello ${CANARIES.script}.`, require_approval: ['backgrounds'], output });
    const decide = (revision: number, decision: string, note?: string) => ({ idempotency_key: `d${revision}`, gate: 'backgrounds', decision, revision, decided_by: 'rev@example.com', ...(note ? { note } : {}) });
    const openAt = (revision: number) => (job: Record<string, unknown>) => (job['awaiting'] as { revision: number }[]).some((gate) => gate.revision === revision);
    await until(film['job_id'], openAt(1));
    await call(`/v1/jobs/${String(film['job_id'])}/approvals`, decide(1, 'changes_requested', CANARIES.note));
    await until(film['job_id'], openAt(2));
    await call(`/v1/jobs/${String(film['job_id'])}/approvals`, decide(2, 'approved'));
    expect(await until(film['job_id'], isOver)).toMatchObject({ status: 'completed' });
    const bad = await call('/v1/jobs', { ...common, job_type: 'voice_cloning', idempotency_key: 'v1', voice_sample: { asset_id: photo['asset_id'] }, name: CANARIES.name, consent });
    expect(await until(bad['job_id'], isOver)).toMatchObject({ status: 'failed' });
  }

  function logs(): Record<string, string> {
    const dir = path.join(folder, 'log');
    return Object.fromEntries(readdirSync(dir).map((name) => [`log/${name}`, readFileSync(path.join(dir, name), 'utf8')]));
  }

  async function histories(): Promise<Record<string, string>> {
    const connection = await Connection.connect({ address: stack.description.temporal_address });
    const client = new Client({ connection });
    const found: Record<string, string> = {};
    for await (const { workflowId, type } of client.workflow.list()) {
      const handle = client.workflow.getHandle(workflowId);
      const plain = historyToJSON(await handle.fetchHistory());
      // Payloads stand in base64: what an operator reads in the Web UI is decoded.
      found[`history of ${type} ${workflowId}`] = plain + decoded(plain) + JSON.stringify(await handle.describe(), (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    }
    await connection.close();
    return found;
  }

  /** What Postgres keeps of faults and attempts; scripts and prompts have their own columns. */
  async function records(): Promise<Record<string, string>> {
    const pool = createPool(stack.description.database_url);
    const text = async (sql: string): Promise<string> => JSON.stringify((await pool.query(sql)).rows);
    const found = {
      'errors of steps': await text('select error, failover from steps'),
      'errors of jobs': await text('select error from jobs'),
      'faults of intents': await text('select fault, provider_job, reported from intents'),
      deliveries: await text('select url_host, error, http_status from deliveries'),
      events: await text('select type, data from events'),
    };
    await pool.end();
    return found;
  }

  function placesOf(word: string): string[] {
    return Object.entries(left).filter(([, text]) => text.includes(word)).map(([place]) => place);
  }

  it('was looked at whole: every process wrote a log, every workflow has a history, the provider was asked', () => {
    const places = Object.keys(left);
    for (const part of ['log/api.log', 'log/worker.log', 'avatarCreation', 'avatarOutput', 'deliverEvents', 'voiceCloning', 'faults of intents']) {
      expect(places.some((place) => place.includes(part))).toBe(true);
    }
    expect(asked).toBeGreaterThan(0);
    expect(placesOf('provider_auth')).toContain('errors of steps');
  });

  it.each(Object.entries(CANARIES))('holds nothing of the %s', (_what, word) => {
    expect(placesOf(word)).toEqual([]);
  });

  it('holds no service token, no signing secret and no signed link', () => {
    const secrets = JSON.parse(readFileSync(path.join(folder, 'secrets.json'), 'utf8')) as { asset_url_secret: string; callback_secret: string; database_password: string };
    const tokens = Object.values(stack.description.tenants).flatMap((roles) => Object.values(roles));
    for (const secret of [...tokens, secrets.asset_url_secret, secrets.callback_secret, secrets.database_password]) expect(placesOf(secret)).toEqual([]);
    expect(placesOf('signature=')).toEqual([]);
  });
});

/** Refuses every request with all that it was sent, as some providers do, and takes every callback. */
async function startRudeProvider(onAsked: () => void): Promise<Server> {
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      if (request.url?.startsWith('/hook')) return void response.writeHead(204).end();
      onAsked();
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ detail: `bad key ${String(request.headers.authorization)} for ${request.url ?? ''}: ${body.toString('utf8')}` }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Every base64 payload of a history, as text. */
function decoded(history: string): string {
  return [...history.matchAll(/"data": ?"([A-Za-z0-9+/=]+)"/g)].map(([, data]) => Buffer.from(data ?? '', 'base64').toString('utf8')).join('\n');
}
