import { createServer } from 'node:http';
import { createMediaFetcher, type MediaFetcher, type MediaFetcherOptions } from '../../api/media-fetcher';
import { send } from '../../adapters/http/send';
import { UrlRefused } from '../../adapters/url-check';
import { OTHER_SCHEMES, PRIVATE_HOSTS } from '../support/attacks';
import { startListener, type Listener } from '../support/listener';
import { clientOf } from './support/client';
import { creation } from './support/data';
import { startApi, type TestApi } from './support/start-api';

describe('a picture that a request names by its address', () => {
  let api: TestApi;
  let listener: Listener;

  beforeAll(async () => {
    [api, listener] = await Promise.all([startApi(), startListener()]);
  });
  afterAll(async () => Promise.all([api.stop(), listener.close()]));
  afterEach(() => {
    expect(listener.connections).toBe(0);
  });

  function fetcher(change: Partial<MediaFetcherOptions> = {}): MediaFetcher {
    const { pool: db, store, now, newId } = api.deps;
    return createMediaFetcher({ db, store, now, newId, policy: { allowHosts: [] }, ...change });
  }

  it.each(PRIVATE_HOSTS)('inside a private network is never connected to: %s', async (host) => {
    for (const scheme of ['http', 'https']) {
      expect(await fetcher()(`${scheme}://${host}:${listener.port}/face.png`, 'demo')).toMatchObject({ ok: false });
    }
  });

  it.each(PRIVATE_HOSTS)('is refused once more where the connection is made: %s', async (host) => {
    // As if the first check had let it through.
    for (const scheme of ['http', 'https']) {
      const reach = { url: new URL(`${scheme}://${host}:${listener.port}/`), policy: { allowHosts: [] }, own: false };
      await expect(send({ reach, method: 'GET', headers: {}, body: null, signal: AbortSignal.timeout(20_000), silence_ms: 10_000 })).rejects.toBeInstanceOf(UrlRefused);
    }
  });

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.1.2.3'])('under a public name that resolves to %s is not connected to', async (address) => {
    const resolve = async () => [{ address, family: address.includes(':') ? 6 : 4 }];
    expect(await fetcher({ resolve })(`https://pictures.example.com:${listener.port}/`, 'demo')).toMatchObject({ ok: false });
  });

  it.each(OTHER_SCHEMES)('is not read from %j', async (url) => {
    expect(await fetcher()(url, 'demo')).toMatchObject({ ok: false });
  });

  it('is not looked for where a redirect leads', async () => {
    const server = createServer((_, response) => response.writeHead(302, { location: `http://127.0.0.1:${listener.port}/` }).end());
    const front = await startListener(server, '127.0.0.1');
    const policy = { allowHosts: [`127.0.0.1:${front.port}`] };
    expect(await fetcher({ policy })(`http://127.0.0.1:${front.port}/face.png`, 'demo')).toEqual({ ok: false, reason: 'could not be fetched: the server answered 302' });
    server.closeAllConnections();
    await front.close();
  });

  it('is refused at the door with a pointer to it', async () => {
    const photos = [{ url: `https://127.1:${listener.port}/face.png` }];
    const { body } = await clientOf(() => api).post('/v1/jobs', await creation(api, { photos }));
    expect(body).toMatchObject({ status: 400, code: 'request_invalid', errors: [{ pointer: '/photos/0/url' }] });
  });
});
