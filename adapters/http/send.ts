import { once } from 'node:events';
import { request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { checkedLookup, checkUrl, UrlRefused, type Resolve } from '../url-check';
import type { Reach } from './reach';
import type { TrackedBody } from './request-body';

export interface Sending {
  reach: Reach;
  method: string;
  headers: Record<string, string>;
  body: TrackedBody | null;
  signal: AbortSignal;
  /** Longest silence on the connection, in milliseconds. */
  silence_ms: number;
  resolve?: Resolve;
}

/**
 * Sends one request on a connection of its own and gives the head of the answer. Node's own client, for two reasons: it says
 * when it is connected, so that no byte of a body is taken before, and an answer that ends while nobody reads cannot bring
 * the process down (undici 7, the line for Node 20, asserts outside any promise then: its issue 5360). No connection is used
 * twice: on one that the other side may have closed meanwhile, a reset would leave every submit in doubt.
 * @throws what broke the connection, or UrlRefused
 */
export async function send(sending: Sending): Promise<IncomingMessage> {
  const outgoing = open(sending);
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
  });
  outgoing.setTimeout(sending.silence_ms, () => outgoing.destroy(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' })));
  const written = write(outgoing, sending, answered);
  // Whoever refuses a request may answer before it has all of it; what is not sent then is nobody's loss.
  written.catch(() => undefined);
  return answered;
}

/** Judges the address once more: whole here, because Node asks no lookup for a literal address, and what a name resolves to as the lookup. */
function open({ reach, method, headers, signal, resolve }: Sending): ClientRequest {
  const { url, policy } = reach;
  const verdict = checkUrl(url.href, policy);
  if (!verdict.ok) throw new UrlRefused(verdict.reason);
  const request = url.protocol === 'https:' ? tlsRequest : plainRequest;
  const lookup = checkedLookup(policy, { port: url.port, ...(resolve ? { resolve } : {}) }) as LookupFunction;
  return request(url, { method, headers, signal, lookup, agent: false });
}

/** Hands the body over once there is a connection, at the speed of the connection. */
async function write(outgoing: ClientRequest, { body, reach, signal }: Sending, answered: Promise<unknown>): Promise<void> {
  if (!body) return void outgoing.end();
  await connected(outgoing, reach.url.protocol, signal);
  const over = answered.then(
    () => true,
    () => true,
  );
  for await (const chunk of body) {
    if (outgoing.destroyed) return;
    if (outgoing.write(chunk)) continue;
    if (await Promise.race([over, once(outgoing, 'drain', { signal }).then(() => false)])) return;
  }
  outgoing.end();
}

async function connected(outgoing: ClientRequest, protocol: string, signal: AbortSignal): Promise<void> {
  if (!outgoing.socket) await once(outgoing, 'socket', { signal });
  const socket = outgoing.socket;
  if (protocol === 'https:') await once(socket!, 'secureConnect', { signal });
  else if (socket?.connecting) await once(socket, 'connect', { signal });
}
