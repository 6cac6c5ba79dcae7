import { once } from 'node:events';
import { createServer as createHttpServer, Server as HttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Agent, request } from 'undici';
import { checkedConnect } from '../../../adapters/callbacks/checked-connect';
import { createSender, type SenderOptions, type SendResult } from '../../../adapters/callbacks/sender';
import { OTHER_SCHEMES, PRIVATE_HOSTS } from '../../support/attacks';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    if (server instanceof HttpServer) server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

async function send(url: string, options: Partial<SenderOptions> = {}): Promise<SendResult> {
  const sender = createSender({ policy: { allowHosts: [] }, now: () => new Date(), ...options });
  closing.unshift(() => sender.close());
  return sender.send({ url, headers: { 'webhook-id': 'ev_1' }, body: '{"a":1}', signal: new AbortController().signal });
}

/** Sends to a server of one's own network that the operator allows. */
async function sendTo(listener: RequestListener, options: Partial<SenderOptions> = {}): Promise<SendResult & { connections: number }> {
  const server = createHttpServer(listener);
  let connections = 0;
  server.on('connection', () => (connections += 1));
  const port = await listen(server);
  const result = await send(`http://127.0.0.1:${port}/hook`, { policy: { allowHosts: ['127.0.0.1'] }, ...options });
  return { ...result, connections };
}

describe('an answer', () => {
  it.each([200, 201, 202, 204, 299])('of %d is a delivery', async (status) => {
    expect(await sendTo((_, response) => response.writeHead(status).end())).toMatchObject({ http_status: status, error: null });
  });

  it.each([
    [400, 'status_not_2xx'],
    [404, 'status_not_2xx'],
    [410, 'gone'],
    [429, 'status_not_2xx'],
    [500, 'status_not_2xx'],
    [503, 'status_not_2xx'],
  ])('of %d is none', async (status, error) => {
    expect(await sendTo((_, response) => response.writeHead(status).end('no'))).toMatchObject({ http_status: status, error });
  });

  it.each([301, 302, 303, 307, 308])('of %d leads nowhere: no redirect is followed', async (status) => {
    let elsewhere = 0;
    const target = await listen(createHttpServer((_, response) => void ((elsewhere += 1), response.end())));
    const result = await sendTo((_, response) => response.writeHead(status, { location: `http://127.0.0.1:${target}/` }).end());
    expect(result).toMatchObject({ http_status: status, error: 'redirected', connections: 1 });
    expect(elsewhere).toBe(0);
  });

  it('says when to come again, in seconds or as a date, for a day at most', async () => {
    const answer = (value: string): RequestListener => (_, response) => response.writeHead(503, { 'retry-after': value }).end();
    const now = () => new Date('2026-11-25T00:00:00Z');
    expect((await sendTo(answer('7'))).retry_after_ms).toBe(7_000);
    expect((await sendTo(answer('Wed, 25 Nov 2026 00:01:00 GMT'), { now })).retry_after_ms).toBe(60_000);
    expect((await sendTo(answer('Wed, 25 Nov 2020 00:01:00 GMT'), { now })).retry_after_ms).toBe(0);
    expect((await sendTo(answer('99999999'))).retry_after_ms).toBe(86_400_000);
    expect((await sendTo(answer('soon'))).retry_after_ms).toBeNull();
  });

  it('that never ends counts by its status, and only a little of it is taken', async () => {
    let sent = 0;
    const result = await sendTo((request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!request.socket.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      response.on('drain', more);
      more();
    });
    expect(result).toMatchObject({ http_status: 200, error: null });
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('that does not come in time is a failure', async () => {
    expect(await sendTo(() => undefined, { timeout_ms: 200 })).toMatchObject({ http_status: null, error: 'timeout' });
  });

  it('is not there when the connection is reset, refused or speaks something else', async () => {
    expect(await sendTo((request) => request.socket.resetAndDestroy())).toMatchObject({ http_status: null, error: 'connection_reset' });
    const garbage = await listen(createServer((socket) => void socket.resume().end('hello\r\n\r\n')));
    const policy = { allowHosts: ['127.0.0.1'] };
    expect(await send(`http://127.0.0.1:${garbage}/`, { policy })).toMatchObject({ http_status: null, error: 'answer_broken' });
    expect(await send('http://127.0.0.1:1/', { policy })).toMatchObject({ http_status: null, error: 'connection_refused' });
  });
});

describe('an address in a private network', () => {
  it.each(PRIVATE_HOSTS)('is never connected to: %s', async (host) => {
    let connections = 0;
    const server = createServer((socket) => void ((connections += 1), socket.destroy()));
    const port = await listen(server);
    for (const scheme of ['http', 'https']) {
      expect(await send(`${scheme}://${host}:${port}/hook`)).toEqual({ http_status: null, error: 'address_refused', retry_after_ms: null });
    }
    expect(connections).toBe(0);
  });

  it.each(PRIVATE_HOSTS.filter((host) => !host.includes('@')))('is refused once more when the connection is made: %s', async (host) => {
    let connections = 0;
    const port = await listen(createServer((socket) => void ((connections += 1), socket.destroy())));
    // As if the first check had let it through: Node asks no lookup for a literal address.
    const dispatcher = new Agent({ connect: checkedConnect({ allowHosts: [] }) });
    closing.unshift(() => dispatcher.destroy());
    for (const scheme of ['http', 'https']) await expect(request(`${scheme}://${host}:${port}/`, { dispatcher })).rejects.toThrow();
    expect(connections).toBe(0);
  });

  it.each(OTHER_SCHEMES)('is not reached by %j either', async (url) => {
    expect(await send(url)).toMatchObject({ error: 'address_refused' });
  });

  it.each([['127.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['10.1.2.3'], ['93.184.216.34', '127.0.0.1']])('is not connected to where a public name resolves to %s', async (...addresses) => {
    let connections = 0;
    const port = await listen(createServer((socket) => void ((connections += 1), socket.destroy())));
    const resolve = async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    expect(await send(`https://hooks.example.com:${port}/`, { resolve })).toMatchObject({ http_status: null, error: 'address_refused' });
    expect(connections).toBe(0);
  });

  it('gets no second chance by a name that changes its mind: each name is resolved once for each connection', async () => {
    const asked: string[] = [];
    const port = await listen(createServer((socket) => socket.destroy()));
    const resolve = async (host: string) => (asked.push(host), [{ address: '127.0.0.1', family: 4 }]);
    const policy = { allowHosts: [`hooks.example.com:${port}`] };
    expect(await send(`https://hooks.example.com:${port}/`, { resolve, policy })).toMatchObject({ http_status: null, error: 'connection_reset' });
    expect(asked).toEqual(['hooks.example.com']);
  });

  it('is reached where the operator names it: by host, by host and port, by block', async () => {
    const port = await listen(createHttpServer((_, response) => response.end()));
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const ok = { http_status: 200, error: null };
    expect(await send(`http://backend.internal:${port}/`, { resolve, policy: { allowHosts: ['backend.internal'] } })).toMatchObject(ok);
    expect(await send(`http://backend.internal:${port}/`, { resolve, policy: { allowHosts: [`backend.internal:${port}`] } })).toMatchObject(ok);
    expect(await send(`http://127.0.0.1:${port}/`, { policy: { allowHosts: ['127.0.0.0/8'] } })).toMatchObject(ok);
    expect(await send(`http://backend.internal:${port}/`, { resolve, policy: { allowHosts: ['backend.internal:1'] } })).toMatchObject({ error: 'address_refused' });
  });
});
