import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { ANY, clientOf, closeAll, faultOf, listen, newFile, requestOf, startProvider } from './support';

afterEach(closeAll);

const unknown = { kind: 'submit_unknown', charged: 'unknown' };

describe('a submit that fails before the whole of it left', () => {
  it('was not accepted where nobody listens', async () => {
    expect(await faultOf(clientOf('http://127.0.0.1:1').json(requestOf(), ANY))).toMatchObject({ kind: 'down', charged: 'no' });
  });

  it('was not accepted where the name does not exist', async () => {
    const resolve = async () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    expect(await faultOf(clientOf(null, { resolve }).json(requestOf(), ANY))).toMatchObject({ kind: 'down', charged: 'no' });
  });

  it('was not accepted where the other side speaks no TLS', async () => {
    const plain = await listen(createServer((socket) => void socket.on('error', () => undefined).end('hello\r\n')));
    const client = clientOf(plain.replace('http:', 'https:'));
    expect(await faultOf(client.json(requestOf(), ANY))).toMatchObject({ kind: 'down', charged: 'no' });
  });

  it('was not accepted when the connection is reset in the middle of the body', async () => {
    const big = newFile('big');
    await writeFile(big, Buffer.alloc(64 * 1024 * 1024));
    const url = await listen(createServer((socket) => void socket.on('error', () => undefined).once('data', () => socket.resetAndDestroy())));
    const body = { file: big, content_type: 'video/mp4' };
    expect(await faultOf(clientOf(url).json(requestOf({ body }), ANY))).toMatchObject({ kind: 'down', charged: 'no' });
  });

  it('was not accepted when the other side stops reading and time runs out', async () => {
    const big = newFile('big');
    await writeFile(big, Buffer.alloc(64 * 1024 * 1024));
    const url = await listen(createServer((socket) => void socket.on('error', () => undefined).pause()));
    const body = { file: big, content_type: 'video/mp4' };
    expect(await faultOf(clientOf(url).json(requestOf({ body, timeout_ms: 1_000 }), ANY))).toMatchObject({ kind: 'timeout', charged: 'no' });
  });

  it('is simply cancelled when the caller gives up', async () => {
    const url = await listen(createServer((socket) => void socket.on('error', () => undefined).pause()));
    const controller = new AbortController();
    controller.abort(new Error('cancelled'));
    await expect(clientOf(url).json(requestOf({ signal: controller.signal }), ANY)).rejects.toThrow('cancelled');
  });
});

describe('a submit that fails after all of it left', () => {
  const sent = async (act: (socket: Socket) => void) => {
    let requests = 0;
    const url = await listen(
      createServer((socket) => {
        socket.on('error', () => undefined);
        socket.on('data', (chunk) => {
          requests += chunk.toString('latin1').split('POST ').length - 1;
          if (chunk.toString('latin1').includes('canary prompt')) act(socket);
        });
      }),
    );
    return { url, count: () => requests };
  };

  it.each<[string, (socket: Socket) => void]>([
    ['the connection is reset', (socket) => socket.resetAndDestroy()],
    ['the connection is closed without an answer', (socket) => socket.end()],
    ['the answer is no HTTP', (socket) => socket.end('hello\r\n\r\n')],
    ['the answer is cut off in its head', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le')],
    ['the answer is shorter than it said', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"ok":')],
    ['a chunked answer does not end', (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n6\r\n{"ok":\r\n')],
    ['the answer is half a JSON text', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n{"ok":')],
    ['the answer is a page', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n<html></html>')],
    ['the answer is JSON of another shape', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{"a":1}')],
    ['the answer says 500', (socket) => socket.end('HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n')],
    ['the answer says 504', (socket) => socket.end('HTTP/1.1 504 Gateway\r\ncontent-length: 0\r\n\r\n')],
    ['the answer sends elsewhere to see', (socket) => socket.end('HTTP/1.1 303 Look\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n')],
  ])('has an unknown fate and is not sent again when %s', async (_, act) => {
    const { url, count } = await sent(act);
    expect(await faultOf(clientOf(url).json(requestOf(), ANY))).toMatchObject(unknown);
    expect(count()).toBe(1);
  });

  it('has an unknown fate when no answer comes in time', async () => {
    const { url, count } = await sent(() => undefined);
    expect(await faultOf(clientOf(url).json(requestOf({ timeout_ms: 500 }), ANY))).toMatchObject(unknown);
    expect(count()).toBe(1);
  });

  it('has an unknown fate when the answer drips on and on', async () => {
    const { url } = await sent((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
      const drip = setInterval(() => void socket.write(' '), 20);
      socket.on('close', () => clearInterval(drip));
    });
    expect(await faultOf(clientOf(url).json(requestOf({ timeout_ms: 600 }), ANY))).toMatchObject(unknown);
  });

  it('has an unknown fate when the caller gives up meanwhile', async () => {
    const controller = new AbortController();
    const { url } = await sent(() => controller.abort(new Error('cancelled')));
    expect(await faultOf(clientOf(url).json(requestOf({ signal: controller.signal }), ANY))).toMatchObject(unknown);
  });

  it('never goes over a connection that was used before', async () => {
    const provider = await startProvider((request, response) => void request.resume().on('end', () => response.end('{"ok":true}')));
    const client = clientOf(provider.url);
    for (let n = 0; n < 3; n += 1) await client.json(requestOf(), ANY);
    expect(provider.connections).toBe(3);
  });

  it('goes out beside others, each on its own connection', async () => {
    const waiting: (() => void)[] = [];
    const provider = await startProvider((request, response) => void request.resume().on('end', () => waiting.push(() => response.end('{"ok":true}'))));
    const client = clientOf(provider.url);
    const all = Array.from({ length: 8 }, () => client.json(requestOf(), ANY));
    while (waiting.length < 8) await once(process, 'x', { signal: AbortSignal.timeout(5) }).catch(() => undefined);
    for (const answer of waiting) answer();
    expect((await Promise.all(all)).every(({ value }) => value.ok)).toBe(true);
  });
});
