import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { clientOf } from './support/client';
import { creation, makeAvatar, output } from './support/data';
import { startApi, type TestApi } from './support/start-api';

let api: TestApi;
const { get, post, send } = clientOf(() => api);

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const PNG = { headers: { 'content-type': 'image/png' } };
const upload = (bytes: Uint8Array, options = PNG) => send('POST', '/v1/assets', { ...options, body: bytes });

function formOf(bytes: Buffer, field = 'file', type = 'audio/wav'): FormData {
  const form = new FormData();
  form.set('remark', 'ignored');
  form.set(field, new Blob([new Uint8Array(bytes)], { type }), 'sample.wav');
  return form;
}

/** Sends the beginning of a request and hangs up. */
async function leaveIn(start: string): Promise<void> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  await once(socket, 'connect');
  await new Promise((resolve) => socket.write(start, resolve));
  socket.destroy();
  await once(socket, 'close');
}

describe('an upload', () => {
  it('of a raw body is answered with its digest and a link that works without a token', async () => {
    const bytes = randomBytes(100_000);
    const { status, body } = await upload(bytes);
    expect(status).toBe(201);
    expect(body).toMatchObject({ content_type: 'image/png', bytes: 100_000, sha256: createHash('sha256').update(bytes).digest('hex') });
    expect(body.asset_id).toMatch(/^as_[0-9a-f]{32}$/);
    const content = await fetch(body.url);
    expect(content.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await content.arrayBuffer())).toEqual(bytes);
  });

  it('of a form is the same', async () => {
    const bytes = randomBytes(3_000_000);
    const { status, body } = await send('POST', '/v1/assets', { body: formOf(bytes) });
    expect([status, body.content_type, body.bytes]).toEqual([201, 'audio/wav', 3_000_000]);
  });

  it('of the same bytes is the same asset within a tenant, and another one in another', async () => {
    const bytes = randomBytes(100);
    const [first, second] = [await upload(bytes), await send('POST', '/v1/assets', { body: formOf(bytes) })];
    expect(second.body.asset_id).toBe(first.body.asset_id);
    const foreign = await send('POST', '/v1/assets', { ...PNG, tenant: 'other', body: bytes });
    expect(foreign.body.asset_id).not.toBe(first.body.asset_id);
  });

  it('may be used in a job at once', async () => {
    const { body } = await upload(randomBytes(10));
    expect((await post('/v1/jobs', await creation(api, { photos: [{ asset_id: body.asset_id }] }))).status).toBe(202);
  });

  it('is refused when it is empty, has no file, or is no file', async () => {
    for (const body of [new Uint8Array(0), formOf(Buffer.alloc(0)), formOf(Buffer.from('x'), 'picture')]) {
      const headers = body instanceof FormData ? {} : PNG;
      const answer = await send('POST', '/v1/assets', { ...headers, body });
      expect([answer.status, answer.body.code, answer.body.errors[0].pointer]).toEqual([400, 'request_invalid', '/file']);
    }
    const broken = await send('POST', '/v1/assets', { headers: { 'content-type': 'multipart/form-data' }, body: Buffer.from('x') });
    expect([broken.status, broken.body.code]).toEqual([400, 'request_invalid']);
    const cut = await send('POST', '/v1/assets', { headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: Buffer.from('--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nabc') });
    expect([cut.status, cut.body.code]).toEqual([400, 'request_invalid']);
    const encoded = await send('POST', '/v1/assets', { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: Buffer.from('a=b') });
    expect([encoded.status, encoded.body.code]).toEqual([415, 'media_type_unsupported']);
  });

  it('that breaks off in a part which nobody reads is refused, and the API goes on', async () => {
    const part = (name: string): string => `--b\r\ncontent-disposition: form-data; name="${name}"; filename="a"\r\n\r\nabc`;
    const headers = { 'content-type': 'multipart/form-data; boundary=b' };
    for (const form of [part('other'), `${part('file')}\r\n${part('file')}`, `${part('other')}\r\n${part('file')}`]) {
      const answer = await send('POST', '/v1/assets', { headers, body: Buffer.from(form) });
      expect([answer.status, answer.body.code]).toEqual([400, 'request_invalid']);
    }
    await leaveIn(`POST /v1/assets HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${api.token('demo', 'backend')}\r\ncontent-type: ${headers['content-type']}\r\ncontent-length: 9999\r\n\r\n${part('other')}`);
    expect((await upload(randomBytes(10))).status).toBe(201);
  });

  it('is asked for again later where the store is away', async () => {
    const store = createServer((request, response) => void request.resume().on('end', () => response.writeHead(503).end()));
    store.listen(0, '127.0.0.1');
    await once(store, 'listening');
    const S3_ENDPOINT = `http://127.0.0.1:${(store.address() as AddressInfo).port}`;
    const other = await startApi({ S3_BUCKET: 'films', S3_ENDPOINT, S3_ACCESS_KEY_ID: 'key', S3_SECRET_ACCESS_KEY: 'secret' });
    const answer = await clientOf(() => other).send('POST', '/v1/assets', { ...PNG, body: randomBytes(10) });
    expect([answer.status, answer.body.code]).toEqual([503, 'temporarily_unavailable']);
    await other.stop();
    store.closeAllConnections();
    store.close();
  });

  it('is refused above 50 MB, whether or not its length was announced', async () => {
    const large = Buffer.alloc(50_000_001);
    const announced = await upload(large);
    expect([announced.status, announced.body.code]).toEqual([413, 'body_too_large']);
    const form = await send('POST', '/v1/assets', { body: formOf(large) });
    expect([form.status, form.body.code]).toEqual([413, 'body_too_large']);
    const { rows } = await api.deps.pool.query('select 1 from assets where bytes > 50000000');
    expect(rows).toHaveLength(0);
  });
});

describe('a link', () => {
  it('serves ranges', async () => {
    const { body } = await upload(Buffer.from('0123456789'));
    const ranges: [string, number, string, string | null][] = [
      ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
      ['bytes=7-', 206, '789', 'bytes 7-9/10'],
      ['bytes=-2', 206, '89', 'bytes 8-9/10'],
      ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
      ['bytes=10-', 416, '', 'bytes */10'],
      ['bytes=1-2,4-5', 200, '0123456789', null],
      ['lines=1-2', 200, '0123456789', null],
    ];
    for (const [range, status, text, header] of ranges) {
      const answer = await fetch(body.url, { headers: { range } });
      expect([range, answer.status, await answer.text(), answer.headers.get('content-range')]).toEqual([range, status, text, header]);
    }
    const head = await fetch(body.url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '10']);
  });

  it('answers only what the reader does not have', async () => {
    const { body } = await upload(Buffer.from('0123456789'));
    const etag = `"${body.sha256}"`;
    const asked: [Record<string, string>, number, string][] = [
      [{ 'if-none-match': etag }, 304, ''],
      [{ 'if-none-match': `W/${etag}, "other"` }, 304, ''],
      [{ 'if-none-match': '*' }, 304, ''],
      [{ 'if-none-match': '"other"' }, 200, '0123456789'],
      [{ range: 'bytes=0-3', 'if-range': etag }, 206, '0123'],
      [{ range: 'bytes=0-3', 'if-range': '"other"' }, 200, '0123456789'],
    ];
    for (const [headers, status, text] of asked) {
      const answer = await fetch(body.url, { headers });
      expect([headers, answer.status, await answer.text(), answer.headers.get('etag')]).toEqual([headers, status, text, etag]);
    }
  });

  it('stops working when it was changed or has expired', async () => {
    const { body } = await upload(randomBytes(10));
    const other = (await upload(randomBytes(11))).body;
    const changed = [
      body.url.replace(/expires=\d+/, 'expires=9999999999'),
      body.url.replace(body.asset_id, other.asset_id),
      body.url.replace(/signature=./, 'signature=_'),
      body.url.split('?')[0],
    ];
    for (const url of changed) {
      const answer = await fetch(url);
      expect(answer.status).toBe(403);
      expect(await answer.json()).toMatchObject({ code: 'asset_url_expired' });
    }
  });

  it('never lets a browser run what was uploaded', async () => {
    const { body } = await upload(Buffer.from('<script>alert(1)</script>'), { headers: { 'content-type': 'text/html' } });
    const { headers } = await fetch(body.url);
    expect(headers.get('content-disposition')).toMatch(/^attachment/);
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('is made anew whenever the asset is read', async () => {
    const { body } = await upload(randomBytes(12));
    const again = await get(`/v1/assets/${body.asset_id}`);
    expect(again.body).toMatchObject({ asset_id: body.asset_id, sha256: body.sha256 });
    expect(Date.parse(again.body.url_expires_at)).toBeGreaterThan(Date.now());
  });
});

describe('an avatar', () => {
  it('is shown with its versions and each version as an asset graph', async () => {
    const avatar = await makeAvatar(api);
    const { body } = await get(`/v1/avatars/${avatar}`);
    expect(body).toMatchObject({ avatar_id: avatar, name: 'Ada', latest_version: 1, revoked_at: null, versions: [{ version: 1 }] });
    const { body: version } = await get(`/v1/avatars/${avatar}/versions/1`);
    expect(version.neutral_image.url).toContain('http');
    expect(version.views[0]).toMatchObject({ view: 'smile', asset: { content_type: 'image/png' } });
    expect(version.consent).toMatchObject({ by: 'ada@example.com', revoked_at: null });
    expect((await get(`/v1/avatars/${avatar}/versions/2`)).status).toBe(404);
  });

  it('that is deleted loses its assets and its consent and cannot be used', async () => {
    const avatar = await makeAvatar(api);
    const { body: before } = await get(`/v1/avatars/${avatar}/versions/1`);
    const { status, body } = await send('DELETE', `/v1/avatars/${avatar}`);
    expect(status).toBe(202);
    expect(body.revoked_at).not.toBeNull();
    expect((await fetch(before.neutral_image.url)).status).toBe(404);
    expect((await get(`/v1/assets/${before.neutral_image.asset_id}`)).status).toBe(404);
    expect((await get(`/v1/avatars/${avatar}/versions/1`)).body).toMatchObject({ neutral_image: null, consent: { revoked_at: body.revoked_at } });
    const refused = await post('/v1/jobs', output(avatar));
    expect([refused.status, refused.body.code]).toEqual([422, 'avatar_revoked']);
  });

  it('that is deleted leaves what another avatar is made of', async () => {
    const [first, second] = [await makeAvatar(api), await makeAvatar(api)];
    const { body: version } = await get(`/v1/avatars/${first}/versions/1`);
    const shared = version.neutral_image.asset_id;
    await api.deps.pool.query("update avatar_versions set identity = jsonb_set(identity, '{plate,asset_id}', to_jsonb($2::text)) where avatar_id = $1", [second, shared]);
    await send('DELETE', `/v1/avatars/${first}`);
    expect((await get(`/v1/assets/${shared}`)).status).toBe(200);
  });
});
