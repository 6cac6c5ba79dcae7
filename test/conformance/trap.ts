import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** A listener that nobody may reach; closing it says how many did. */
export async function setTrap(): Promise<{ url: string; close(): Promise<number> }> {
  let connections = 0;
  const trap = createServer((socket) => void ((connections += 1), socket.destroy())).listen(0, '127.0.0.1');
  await once(trap, 'listening');
  const { port } = trap.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/secret`, close: async () => (trap.close(), await once(trap, 'close'), connections) };
}
