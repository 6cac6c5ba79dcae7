import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface Taken {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  /** Bytes as they are, or JSON. */
  body: Buffer | object;
}

/** A server that answers what a test says and keeps what it was asked. It speaks no protocol of its own. */
export interface StandIn {
  url: string;
  taken: Taken[];
  answer(reply: (request: Taken) => Reply): void;
  close(): Promise<void>;
}

export async function startStandIn(): Promise<StandIn> {
  let reply: (request: Taken) => Reply = () => ({ status: 500, body: {} });
  const taken: Taken[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one: Taken = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) };
      taken.push(one);
      const { status = 200, headers = {}, body } = reply(one);
      const isBytes = Buffer.isBuffer(body);
      response.writeHead(status, { 'content-type': isBytes ? 'application/octet-stream' : 'application/json', 'x-request-id': 'req_0451', ...headers });
      response.end(isBytes ? body : JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    answer: (next) => void (reply = next),
    close: () => closeServer(server),
  };
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** Fields and files of a multipart body, as the platform's own reader sees them. */
export async function readForm({ headers, body }: Taken): Promise<FormData> {
  return new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
}
