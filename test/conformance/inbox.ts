import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface RawReport {
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Takes what a provider reports; `reports` is there once as many have come as are waited for. */
export async function openInbox(expected: number): Promise<{ url: string; reports: Promise<RawReport[]>; close(): Promise<void> }> {
  const taken: RawReport[] = [];
  let resolve: (all: RawReport[]) => void = () => undefined;
  const reports = new Promise<RawReport[]>((settle) => (resolve = settle));
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      taken.push({ headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])), body });
      response.end();
      if (taken.length === expected) resolve(taken);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  // Wire parsing: a TCP server's address is never a string.
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/report`, reports, close };
}
