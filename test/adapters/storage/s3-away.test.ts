import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

/** In a process of its own: the SDK does not know the errors of node's sockets again inside Jest, where they are of another realm. */
const PROGRAM = `
const { Readable } = require('node:stream');
const { createS3Store } = require(process.argv[1]);
const store = createS3Store({ bucket: 'films', region: 'us-east-1', endpoint: process.argv[2], credentials: { accessKeyId: 'key', secretAccessKey: 'secret' } });
const key = { tenant: 'demo', sha256: '0'.repeat(64) };
const works = [
  () => store.put('demo', Readable.from([Buffer.from('film')]), { content_type: 'video/mp4' }),
  () => store.open(key), () => store.exists(key), () => store.toFile(key, '/nowhere/film'), () => store.erase(key),
];
Promise.all(works.map((work) => work().then(() => 'done', (error) => error.name + ': ' + error.message))).then((fates) => console.log(JSON.stringify(fates)));
`;

async function fatesAt(endpoint: string): Promise<string[]> {
  const store = path.resolve('dist/adapters/storage/s3.js');
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', PROGRAM, store, endpoint]);
  return JSON.parse(stdout);
}

describe('an S3 server that cannot answer', () => {
  it('because nobody listens is away, for whatever is asked', async () => {
    expect(await fatesAt('http://127.0.0.1:1')).toEqual(Array(5).fill('StoreAway: The asset store cannot answer now (ECONNREFUSED).'));
  });

  it.each([
    [503, Array(5).fill('StoreAway: The asset store cannot answer now (status 503).')],
    // A key that is refused is a mistake in the settings, which no waiting mends.
    [403, Array(5).fill(expect.not.stringContaining('StoreAway'))],
  ])('and says %i', async (status, fates) => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect(await fatesAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).toEqual(fates);
    server.closeAllConnections();
    server.close();
  });
});
