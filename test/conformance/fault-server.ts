import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { controlReply } from './server/control';
import { elevenlabsRoutes } from './server/elevenlabs';
import { falRoutes } from './server/fal';
import { sendReply, spoil, type Fault } from './server/faults';
import { openaiRoutes } from './server/openai';
import type { Create, House, Route, WireRequest } from './server/provider';
import { DEFAULT_SETTINGS } from './server/settings';

interface SeenRequest {
  provider: string;
  route: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  /** The request as text: address, headers, and how its body begins, as bytes and in base64. */
  said: string;
}

/** What the server saw and what it is told to do; read and changed by `/_control`, or in the same process. */
export interface Floor extends House {
  script: Fault[];
  /** Requests that arrived whole, in order, control left out. */
  requests: SeenRequest[];
  /** Connections that were ever made. */
  connections: number;
}

export interface FaultServer extends Floor {
  url: string;
  /** Back to a server that does everything well and has seen nothing. */
  reset(): void;
  close(): Promise<void>;
}

/**
 * Speaks the protocols of the paid families, fails as it is told, and keeps the ledger of what it would bill: the truth
 * about "never paid twice" is on this side.
 */
export async function startFaultServer(port = 0): Promise<FaultServer> {
  const routes = [...falRoutes(), ...openaiRoutes(), ...elevenlabsRoutes()];
  const floor = newFloor();
  const server = createServer((request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    void serve(floor, routes, { request, response, origin: () => originOf(server.address()) }).catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => {
    floor.connections += 1;
    socket.on('error', () => undefined);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(floor, {
    url: originOf(server.address()),
    reset: () => void Object.assign(floor, fresh()),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

function originOf(address: ReturnType<ReturnType<typeof createServer>['address']>): string {
  // Wire parsing: a TCP server's address is never a string.
  return `http://127.0.0.1:${(address as AddressInfo).port}`;
}

function fresh() {
  const creates: Create[] = [];
  const requests: Floor['requests'] = [];
  const script: Fault[] = [];
  return { settings: { ...DEFAULT_SETTINGS }, creates, requests, script, connections: 0 };
}

function newFloor(): Floor {
  let ids = 0;
  const floor: Floor = {
    ...fresh(),
    bill: (create) => {
      const billed = { ...create, cancelled: false };
      floor.creates.push(billed);
      return billed;
    },
    nextId: (prefix) => `${prefix}-${(ids += 1)}`,
  };
  return floor;
}

interface Wire {
  request: IncomingMessage;
  response: ServerResponse;
  origin(): string;
}

async function serve(floor: Floor, routes: readonly Route[], wire: Wire): Promise<void> {
  const { request, response } = wire;
  const body = await buffer(request);
  const seen = wireRequest(request, body, wire.origin());
  if (seen.path.startsWith('/_control/')) return sendReply(response, controlReply(floor, seen));
  const found = routes.map((route) => ({ route, match: route.method === seen.method ? route.path.exec(seen.path) : null })).find(({ match }) => match !== null);
  if (!found) return sendReply(response, { status: 404, body: { detail: 'no such route' } });
  const { route, match } = found;
  floor.requests.push({ provider: route.provider, route: route.name, method: seen.method, path: seen.path, headers: seen.headers, said: textOf(seen, request.url ?? '') });
  const how = nextFault(floor.script, route.name, `${seen.path}\n${body.toString('latin1')}`);
  const reply = how && !how.accepted ? null : await route.handle(seen, { ...match?.groups }, floor);
  if (how) return spoil({ ...wire, said: heardBy(floor, route.provider) }, how, reply);
  if (reply) sendReply(response, reply);
}

function wireRequest(request: IncomingMessage, body: Buffer, origin: string): WireRequest {
  const url = new URL(request.url ?? '/', origin);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return { method: request.method ?? 'GET', path: decodeURIComponent(url.pathname), query: url.searchParams, headers, body, origin };
}

/** A picture or recording in a body is said in part only. */
const SAID_OF_BODY = 4_096;
/** No more than a client may be expected to read of a refusal. */
const HEARD = 12_000;

function textOf({ method, headers, body }: WireRequest, url: string): string {
  const start = body.subarray(0, SAID_OF_BODY);
  return [method, url, JSON.stringify(headers), start.toString('latin1'), start.toString('base64')].join(' ');
}

/** What a provider was sent last, newest first: even an answer to a poll can give away what the submit brought. */
function heardBy({ requests }: Floor, provider: string): string {
  const heard = requests.filter((request) => request.provider === provider).map(({ said }) => said);
  return heard.reverse().join('\n').slice(0, HEARD);
}

/** The first fault of the script that stands for this request; used up once its times are over. */
function nextFault(script: Fault[], route: string, text: string): Fault | null {
  const found = script.find((one) => one.route === route && text.includes(one.contains));
  if (!found) return null;
  if (found.after > 0) {
    found.after -= 1;
    return null;
  }
  found.times -= 1;
  if (found.times === 0) script.splice(script.indexOf(found), 1);
  return found;
}

/** As a process of its own: prints where it listens, and ends by a signal. */
if (require.main === module) {
  void startFaultServer(Number(process.env['PORT'] ?? 0)).then(({ url }) => console.log(JSON.stringify({ url })));
}
