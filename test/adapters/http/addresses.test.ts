import { createServer } from 'node:net';
import { clientOf, closeAll, ANY, faultOf, KEY, listen, newFile, requestOf, startProvider } from './support';

afterEach(closeAll);

const PNG = Buffer.from('\x89PNG\r\n\x1a\n0123456789', 'latin1');
const fetching = (url: string) => requestOf({ purpose: 'fetch', to: { url }, auth: 'provider' });

describe('the account’s key', () => {
  it('goes to paths of the provider and, when asked, to its URLs', async () => {
    const { url, requests } = await startProvider((_, response) => void response.end(PNG));
    const client = clientOf(`${url}/gate/`);
    await client.file(requestOf({ purpose: 'fetch', to: { path: '/a?b=1' } }), newFile('f'));
    await client.file(fetching(`${url}/b`), newFile('f'));
    await client.file({ ...fetching(`${url}/c`), auth: 'none' }, newFile('f'));
    expect(requests.map((request) => [request.url, request.headers.authorization])).toEqual([
      ['/gate/a?b=1', `Key ${KEY}`],
      ['/b', `Key ${KEY}`],
      ['/c', undefined],
    ]);
  });
});

describe('a redirect', () => {
  it.each(['submit', 'poll'] as const)('of a %s is not followed', async (purpose) => {
    const { url, requests } = await startProvider((request, response) => void request.resume().on('end', () => response.writeHead(307, { location: '/elsewhere' }).end()));
    expect(await faultOf(clientOf(url).json(requestOf({ purpose }), ANY))).toMatchObject({ kind: 'protocol' });
    expect(requests).toHaveLength(1);
  });

  it('of a result is followed at the provider, three times and no more', async () => {
    const { url, requests } = await startProvider((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end(PNG);
      else response.writeHead(302, { location: `/${left - 1}` }).end();
    });
    const client = clientOf(url);
    expect(await client.file(fetching(`${url}/3`), newFile('f'))).toMatchObject({ content_type: 'image/png' });
    expect(requests).toHaveLength(4);
    expect(await faultOf(client.file(fetching(`${url}/4`), newFile('f')))).toMatchObject({ kind: 'protocol', charged: 'yes' });
    expect(requests).toHaveLength(8);
  });

  it.each(['http://HOST/x', 'http://localhost:PORT/x', 'https://HOST/x', 'http://[::1]:PORT/x', 'http://169.254.169.254/x', 'http://0x7f.1:PORT/x', 'file:///etc/passwd', 'https://user:word@example.com/', 'https://example.com:8443/'])(
    'of a result to %s is not followed and nothing connects there',
    async (target) => {
      let connections = 0;
      const other = new URL(await listen(createServer((socket) => void ((connections += 1), socket.destroy()))));
      const location = target.replace('HOST', other.host).replace('PORT', other.port);
      const { url } = await startProvider((_, response) => void response.writeHead(302, { location }).end());
      expect(await faultOf(clientOf(url).file(fetching(`${url}/r`), newFile('f')))).toMatchObject({ kind: 'protocol' });
      expect(connections).toBe(0);
    },
  );

  it('to a public name is checked again where its address is private', async () => {
    const asked: string[] = [];
    const resolve = async (host: string) => (asked.push(host), [{ address: '127.0.0.1', family: 4 }]);
    const { url } = await startProvider((_, response) => void response.writeHead(302, { location: 'https://media.acme.example/x' }).end());
    expect(await faultOf(clientOf(url, { resolve }).file(fetching(`${url}/r`), newFile('f')))).toMatchObject({ kind: 'protocol' });
    expect(asked).toEqual(['media.acme.example']);
  });
});

describe('an address that a provider gives', () => {
  it.each(['http://127.0.0.1:PORT/x', 'http://localhost:PORT/', 'http://10.0.0.1/', 'https://[::ffff:127.0.0.1]/', 'ftp://example.com/', 'not a url'])('of %s is not asked', async (target) => {
    let connections = 0;
    const other = new URL(await listen(createServer((socket) => void ((connections += 1), socket.destroy()))));
    const { url, requests } = await startProvider((_, response) => void response.end(PNG));
    expect(await faultOf(clientOf(url).file(fetching(target.replace('PORT', other.port)), newFile('f')))).toMatchObject({ kind: 'protocol' });
    expect([connections, requests.length]).toEqual([0, 0]);
  });

  it('of the provider’s usual name is not asked where that leads into a private network', async () => {
    const resolve = async () => [{ address: '10.0.0.7', family: 4 }];
    expect(await faultOf(clientOf(null, { resolve }).json(requestOf(), ANY))).toMatchObject({ kind: 'protocol', charged: 'no' });
  });
});
