import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** A port of this machine that counts who connects; every address of the machine leads to it where the system allows. */
export interface Listener {
  port: number;
  connections: number;
  close(): Promise<void>;
}

export async function startListener(server: Server = createServer((socket) => socket.destroy()), host = '::'): Promise<Listener> {
  const listener: Listener = {
    port: 0,
    connections: 0,
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
  server.on('connection', () => (listener.connections += 1));
  server.listen(0, host);
  await once(server, 'listening');
  // Wire parsing: a TCP server's address is never a string.
  listener.port = (server.address() as AddressInfo).port;
  return listener;
}
