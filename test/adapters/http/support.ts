import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { isProviderFault, type FaultFacts } from '../../../adapters/capabilities/provider-fault';
import { createProviderHttp, type ProviderHttpOptions } from '../../../adapters/http/provider-http';
import type { ProviderRequest } from '../../../adapters/http/provider-request';
import { Secret } from '../../../contracts/secret';

export const KEY = 'canary-key-0451';
export const ANY = z.object({ ok: z.boolean() });

const closing: (() => Promise<unknown>)[] = [];

export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0)) await close();
}

export function newFile(name: string): string {
  return path.join(mkdtempSync(path.join(os.tmpdir(), 'understudy-http-')), name);
}

/** Listens on a free port of this machine until the test ends. */
export async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface Provider {
  url: string;
  requests: IncomingMessage[];
  connections: number;
}

export async function startProvider(listener: RequestListener): Promise<Provider> {
  const server = createHttpServer((request, response) => {
    provider.requests.push(request);
    response.on('error', () => undefined);
    listener(request, response);
  });
  server.on('connection', () => (provider.connections += 1));
  const provider: Provider = { url: '', requests: [], connections: 0 };
  provider.url = await listen(server);
  return provider;
}

export function clientOf(base_url: string | null, options: Partial<ProviderHttpOptions> = {}) {
  return createProviderHttp({
    family: 'acme',
    origin: 'https://api.acme.example',
    account: { api_key: new Secret(KEY), base_url },
    authorize: (key) => ({ authorization: `Key ${key}` }),
    now: () => new Date('2026-11-25T00:00:00Z'),
    ...options,
  });
}

export function requestOf(request: Partial<ProviderRequest> = {}): ProviderRequest {
  return {
    purpose: 'submit',
    method: request.purpose && request.purpose !== 'submit' ? 'GET' : 'POST',
    to: { path: '/v1/jobs' },
    timeout_ms: 20_000,
    max_bytes: 1_000_000,
    signal: new AbortController().signal,
    ...(request.purpose && request.purpose !== 'submit' ? {} : { body: { json: { prompt: 'a canary prompt' } } }),
    ...request,
  };
}

/** The facts of the fault that a call ends with; anything else fails the test. */
export async function faultOf(call: Promise<unknown>): Promise<FaultFacts & { message: string }> {
  try {
    await call;
  } catch (error) {
    if (!isProviderFault(error)) throw error;
    expect(error.cause).toBeUndefined();
    return { ...error.facts(), message: error.message };
  }
  throw new Error('The call succeeded.');
}
