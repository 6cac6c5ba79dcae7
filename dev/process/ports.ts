import { createServer } from 'node:net';

const LAST_PORT = 65_535;

/** True when nothing listens on this port of the loopback address now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The first free port from `wanted` up that is not in `taken`; `wanted` 0 lets the system choose. */
export async function findPort(wanted: number, taken: readonly number[] = []): Promise<number> {
  if (wanted === 0) return chosenBySystem();
  for (let port = wanted; port <= LAST_PORT; port++) {
    if (!taken.includes(port) && (await isPortFree(port))) return port;
  }
  throw new Error(`no free port from ${wanted} up`);
}

function chosenBySystem(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
