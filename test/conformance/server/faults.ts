import { gzipSync } from 'node:zlib';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** One way in which a provider fails, told by `POST /_control/script`. */
export const fault = z.strictObject({
  /** Which requests: the route's name (`submit`, `status`, `result`, `cancel`, `file` …) and a part of its body or address. */
  route: z.string(),
  contains: z.string().default(''),
  /** How many requests it spoils; the next ones are served well. */
  times: z.int().min(1).default(1),
  /** Requests of this kind that are served well before it begins. */
  after: z.int().min(0).default(0),
  /** Whether the work is carried out, and billed, before the answer fails. */
  accepted: z.boolean().default(false),
  delay_ms: z.int().min(0).default(0),
  act: z.enum(['answer', 'reset', 'close', 'hang', 'drip', 'truncate', 'html', 'oversize', 'bomb', 'garbage', 'echo']).default('answer'),
  status: z.int().min(200).max(599).default(503),
  headers: z.record(z.string(), z.string()).default({}),
  /** A JSON body; or bytes of a body, in base64. */
  body: z.unknown().optional(),
  bytes: z.base64().optional(),
});
export type Fault = z.infer<typeof fault>;

/** What a route answers when nothing is wrong. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: Buffer | object;
}

const PAGE = '<!doctype html><html><body><h1>Sorry</h1></body></html>';
const OVERSIZE_CHUNK = Buffer.alloc(1_048_576, 120);

export function sendReply(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json', 'content-length': String(bytes.length), ...headers });
  response.end(bytes);
}

/** Fails a request in the way that the fault says; `reply` is what would have been answered, where the work was carried out, and `said` what an echo gives back. */
export async function spoil(wire: { request: IncomingMessage; response: ServerResponse; said: string }, how: Fault, reply: Reply | null): Promise<void> {
  const { request, response } = wire;
  await sleep(how.delay_ms);
  const bytes = Buffer.isBuffer(reply?.body) ? reply.body : Buffer.from(JSON.stringify(reply?.body ?? { detail: 'scripted' }));
  const head = { 'content-type': 'application/json', ...how.headers };
  switch (how.act) {
    case 'reset':
      return void request.socket.resetAndDestroy();
    case 'close':
      return void request.socket.end();
    case 'hang':
      return;
    case 'garbage':
      return void request.socket.end('this is no http\r\n\r\n');
    case 'html':
      return void response.writeHead(how.status === 503 ? 200 : how.status, { 'content-type': 'text/html' }).end(PAGE);
    case 'truncate':
      response.writeHead(200, { ...head, 'content-length': String(bytes.length) });
      return void response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.end());
    case 'bomb':
      return void response.writeHead(200, { ...head, 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(32 * 1_048_576)));
    case 'drip':
      return drip(response.writeHead(200, head));
    case 'oversize':
      return flood(response.writeHead(200, head));
    case 'echo':
      return sendReply(response, { status: how.status, headers: how.headers, body: echoOf(wire.said) });
    case 'answer':
      return sendReply(response, { status: how.status, headers: how.headers, body: scriptedBody(how) });
  }
}

function scriptedBody({ body, bytes }: Fault): Reply['body'] {
  if (bytes !== undefined) return Buffer.from(bytes, 'base64');
  return typeof body === 'object' && body !== null ? body : { detail: 'scripted' };
}

/** What was sent, wherever the families look for words about a failure; some providers do that. */
function echoOf(said: string): object {
  return { detail: said, error: { message: said, type: 'echo', param: null, code: null } };
}

/** A byte now and then, for ever. */
function drip(response: ServerResponse): void {
  const timer = setInterval(() => void response.write(' '), 50);
  response.on('close', () => clearInterval(timer));
}

/** As much as the other side takes, for ever. */
function flood(response: ServerResponse): void {
  const more = (): void => {
    while (!response.destroyed && response.write(OVERSIZE_CHUNK));
  };
  response.on('drain', more);
  more();
}
