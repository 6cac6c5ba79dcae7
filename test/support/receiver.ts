import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { lifecycleEvent, type LifecycleEvent } from '../../contracts/event.schema';
import { CALLBACK_SECRET } from './orchestra';

/** One request as a product backend got it. */
export interface Received {
  path: string;
  /** Checked by the public library of Standard Webhooks. */
  event: LifecycleEvent;
  headers: Record<string, string>;
  at: number;
}

/** What the receiver does with a request; without an answer of its own it says 204. */
export type Behaviour = (received: Received, wire: { request: IncomingMessage; response: ServerResponse }) => void | Promise<void>;

export interface Receiver {
  url: string;
  /** Every request whose signature holds, in the order they came. */
  received: Received[];
  /** Requests whose signature did not hold. */
  refused: number;
  /** Connections, also those that never became a request. */
  connections: number;
  behave: Behaviour;
  /** Events that were answered with 2xx, by path, without repetitions, in the order of the first. */
  accepted(path: string): number[];
  close(): Promise<void>;
}

/** A product backend on a real socket, with the behaviour of the test's choice. */
export async function startReceiver(secret = CALLBACK_SECRET): Promise<Receiver> {
  const webhook = new Webhook(secret);
  const taken = new Map<string, number[]>();
  const server = createServer((request, response) => void take(request, response));
  server.on('connection', () => (receiver.connections += 1));
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const path = request.url ?? '';
    try {
      const event = lifecycleEvent.parse(webhook.verify(await text(request), headers));
      const received = { path, event, headers, at: Date.now() };
      receiver.received.push(received);
      response.on('finish', () => {
        if (response.statusCode < 300) taken.set(path, [...(taken.get(path) ?? []), event.sequence]);
      });
      await receiver.behave(received, { request, response });
      if (!response.headersSent && !response.destroyed) response.writeHead(204).end();
    } catch {
      receiver.refused += 1;
      response.writeHead(400).end();
    }
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    // Wire parsing: a TCP server's address is never a string.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    refused: 0,
    connections: 0,
    behave: () => undefined,
    accepted: (path) => [...new Set(taken.get(path) ?? [])],
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}
