import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from './faults';
import { mediaOf } from './media';
import { jsonOf, type Create, type House, type Route, type WireRequest } from './provider';

interface Job extends Create {
  begun_at: number;
  webhook: string | null;
  input: Record<string, unknown>;
}

const KEYS = { own: generateKeyPairSync('ed25519'), stranger: generateKeyPairSync('ed25519') };

/** fal's queue as its documentation describes it, and the keys and reports that come with it. */
export function falRoutes(): Route[] {
  const jobs = new Map<string, Job>();
  const found = (groups: Record<string, string>): Job | undefined => jobs.get(groups['id'] ?? '');
  const route = (name: string, method: string, path: RegExp, handle: Route['handle']): Route => ({ provider: 'fal', name, method, path, handle });
  return [
    route('status', 'GET', /^\/(?<app>[\w-]+\/[\w-]+)\/requests\/(?<id>[\w-]+)\/status$/, (request, groups, house) => {
      const job = found(groups);
      return job ? statusReply(job, house, request) : missing();
    }),
    route('cancel', 'PUT', /^\/(?<app>[\w-]+\/[\w-]+)\/requests\/(?<id>[\w-]+)\/cancel$/, (_, groups, house) => cancelReply(found(groups), house)),
    route('result', 'GET', /^\/(?<app>[\w-]+\/[\w-]+)\/requests\/(?<id>[\w-]+)$/, (request, groups, house) => {
      const job = found(groups);
      return job ? resultReply(job, house, request) : missing();
    }),
    route('file', 'GET', /^\/files\/(?<name>[\w-]+\.(?<kind>mp4|jpg))$/, async (_, groups) => ({ status: 200, body: await mediaOf(groups['kind'] === 'jpg' ? 'jpeg' : 'mp4') })),
    route('jwks', 'GET', /^\/\.well-known\/jwks\.json$/, () => ({ status: 200, body: { keys: [{ ...KEYS.own.publicKey.export({ format: 'jwk' }), kid: 'k1' }] } })),
    route('submit', 'POST', /^\/(?<model>(?:fal-ai|bytedance)\/[\w./-]+)$/, (request, groups, house) => submitReply(request, groups['model'] ?? '', { house, jobs })),
  ];
}

function submitReply(request: WireRequest, model: string, at: { house: House; jobs: Map<string, Job> }): Reply {
  if (!request.headers['authorization']?.startsWith('Key ')) return { status: 401, body: { detail: 'Authentication is required to access this application' } };
  const input = jsonOf(request.body);
  const prompt = typeof input['prompt'] === 'string' ? input['prompt'] : JSON.stringify(input);
  const create = at.house.bill({ provider: 'fal', model, id: at.house.nextId('fal'), prompt, reference: request.query.get('fal_webhook') });
  // The same object as in the ledger, so that a cancellation shows there.
  const job: Job = Object.assign(create, { begun_at: Date.now(), webhook: request.query.get('fal_webhook'), input });
  at.jobs.set(job.id, job);
  void reportEnd(job, at.house);
  const base = `${request.origin}/${appOf(model)}/requests/${job.id}`;
  return { status: 200, body: { status: 'IN_QUEUE', request_id: job.id, response_url: base, status_url: `${base}/status`, cancel_url: `${base}/cancel`, queue_position: 0 } };
}

function appOf(model: string): string {
  return model.split('/').slice(0, 2).join('/');
}

function stateOf(job: Job, { settings }: House): 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED' {
  const age = Date.now() - job.begun_at;
  if (settings.hold === 'queue' || age < settings.queue_ms) return 'IN_QUEUE';
  return settings.hold === 'running' || age < settings.queue_ms + settings.work_ms ? 'IN_PROGRESS' : 'COMPLETED';
}

function missing(): Reply {
  return { status: 404, body: { detail: 'Request not found' } };
}

function statusReply(job: Job, house: House, { origin }: WireRequest): Reply {
  if (job.cancelled) return missing();
  const status = stateOf(job, house);
  const response_url = `${origin}/${appOf(job.model)}/requests/${job.id}`;
  const more = status === 'IN_QUEUE' ? { queue_position: 0 } : { logs: [], ...(status === 'COMPLETED' ? { metrics: { inference_time: 1 } } : {}) };
  return { status: status === 'COMPLETED' ? 200 : 202, body: { status, request_id: job.id, response_url, ...more } };
}

function resultReply(job: Job, house: House, { origin }: WireRequest): Reply {
  if (job.cancelled || stateOf(job, house) !== 'COMPLETED') return { status: 400, body: { detail: 'Request is still in progress' } };
  const { billable_units } = house.settings;
  const headers = { 'x-fal-request-id': job.id, ...(billable_units === null ? {} : { 'x-fal-billable-units': billable_units }) };
  return { status: 200, headers, body: outputOf(job, origin) };
}

function outputOf(job: Job, origin: string): object {
  if (!job.model.includes('flux')) return { video: { url: `${origin}/files/${job.id}.mp4`, content_type: 'video/mp4', file_name: 'output.mp4', file_size: 1 } };
  return { images: [{ url: `${origin}/files/${job.id}.jpg`, content_type: 'image/jpeg', width: 64, height: 64 }], has_nsfw_concepts: [false], seed: 1, prompt: '' };
}

function cancelReply(job: Job | undefined, house: House): Reply {
  if (!job) return { status: 404, body: { status: 'NOT_FOUND' } };
  if (job.cancelled || stateOf(job, house) === 'COMPLETED') return { status: 400, body: { status: 'ALREADY_COMPLETED' } };
  // One that runs is only told; whether it stops is its own affair, and it is billed.
  if (stateOf(job, house) === 'IN_QUEUE') job.cancelled = true;
  return { status: 202, body: { status: 'CANCELLATION_REQUESTED' } };
}

/** Sends the signed report of a job's end to the address that came with it. */
async function reportEnd(job: Job, house: House): Promise<void> {
  if (job.webhook === null) return;
  while (!job.cancelled && stateOf(job, house) !== 'COMPLETED') await sleep(20, undefined, { ref: false });
  const { webhook } = house.settings;
  if (job.cancelled || webhook === 'none') return;
  const body = JSON.stringify({ request_id: job.id, gateway_request_id: job.id, status: 'OK', payload: {} });
  const headers = signedHeaders(job.id, body, webhook);
  for (let left = webhook === 'twice' ? 2 : 1; left > 0; left -= 1) {
    await fetch(job.webhook, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
  }
}

/** Headers of a report, as `kind` says: good ones, none, by a key that fal never published, or an hour old. */
export function signedHeaders(id: string, body: string, kind: House['settings']['webhook'], key: KeyObject = KEYS.own.privateKey): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000) - (kind === 'late' ? 3_600 : 0));
  const digest = createHash('sha256').update(body).digest('hex');
  const message = Buffer.from([id, 'user_1', timestamp, digest].join('\n'));
  const signature = sign(null, message, kind === 'forged' ? KEYS.stranger.privateKey : key).toString('hex');
  const signed = { 'x-fal-webhook-request-id': id, 'x-fal-webhook-user-id': 'user_1', 'x-fal-webhook-timestamp': timestamp, 'x-fal-webhook-signature': signature };
  return { 'content-type': 'application/json', ...(kind === 'unsigned' ? {} : signed) };
}
