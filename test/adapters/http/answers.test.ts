import { readFile, stat, writeFile } from 'node:fs/promises';
import type { RequestListener, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { FAULT_KINDS } from '../../../contracts/operation';
import { ANY, clientOf, closeAll, faultOf, KEY, newFile, requestOf, startProvider } from './support';

afterEach(closeAll);

const PNG = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(5_000)]);

const answer =
  (status: number, headers: Record<string, string> = {}, body: string | Buffer = ''): RequestListener =>
  (request, response) =>
    void request.resume().on('end', () => response.writeHead(status, headers).end(body));

const fetching = { purpose: 'fetch', to: { path: '/result' } } as const;

describe('a refused answer', () => {
  it.each([
    [400, 'bad_input', 'bad_input', 'bad_input'],
    [401, 'auth', 'auth', 'auth'],
    [402, 'quota_exhausted', 'quota_exhausted', 'quota_exhausted'],
    [403, 'auth', 'auth', 'expired'],
    [404, 'unsupported', 'expired', 'expired'],
    [408, 'timeout', 'timeout', 'timeout'],
    [410, 'unsupported', 'expired', 'expired'],
    [413, 'bad_input', 'bad_input', 'bad_input'],
    [422, 'bad_input', 'bad_input', 'bad_input'],
    [429, 'rate_limited', 'rate_limited', 'rate_limited'],
    [500, 'submit_unknown', 'down', 'down'],
    [502, 'submit_unknown', 'down', 'down'],
    [503, 'down', 'down', 'down'],
    [504, 'submit_unknown', 'down', 'down'],
    [529, 'down', 'down', 'down'],
    [307, 'protocol', 'protocol', 'protocol'],
  ] as const)('of %d means %s to a submit, %s to a poll, %s to a fetch', async (status, submit, poll, fetch) => {
    const { url } = await startProvider(answer(status));
    for (const [purpose, kind] of [['submit', submit], ['poll', poll], ['fetch', fetch]] as const) {
      const charged = { submit: kind === 'submit_unknown' ? 'unknown' : 'no', poll: 'unknown', fetch: 'yes' }[purpose];
      expect(await faultOf(clientOf(url).json(requestOf({ purpose }), ANY))).toMatchObject({ kind, charged, http_status: status });
    }
  });

  it.each([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': 'Wed, 25 Nov 2026 00:01:00 GMT' }, 60_000],
    [{ 'retry-after-ms': '1234.2', 'retry-after': '9' }, 1_235],
    [{ 'retry-after': 'soon' }, null],
    [{}, null],
  ])('says with %j how long to wait', async (headers, retry_after_ms) => {
    const { url } = await startProvider(answer(429, headers as Record<string, string>));
    expect(await faultOf(clientOf(url).json(requestOf(), ANY))).toMatchObject({ kind: 'rate_limited', retry_after_ms, charged: 'no' });
  });

  it('is judged by the codes of its family before its status', async () => {
    const { url } = await startProvider(answer(401, { 'x-request-id': 'req_12345' }, '{"detail":{"status":"quota_exceeded"}}'));
    const judge = ({ body }: { body: unknown }) => (JSON.stringify(body)?.includes('quota_exceeded') ? ({ kind: 'quota_exhausted' } as const) : null);
    expect(await faultOf(clientOf(url, { judge }).json(requestOf(), ANY))).toEqual({
      kind: 'quota_exhausted',
      charged: 'no',
      http_status: 401,
      retry_after_ms: null,
      provider_request_id: 'req_12345',
      message: 'acme: quota_exhausted (request req_12345)',
    });
  });

  it('shows nothing of what was said, asked or used as a key', async () => {
    const echo: RequestListener = (request, response) => void request.resume().on('end', () => response.writeHead(400, { 'x-request-id': `https://signed.example/?X-Amz-Signature=1 ${KEY}` }).end(`${KEY} canary`));
    const { url } = await startProvider(echo);
    const { message, ...facts } = await faultOf(clientOf(url).json(requestOf(), ANY));
    expect(message).toBe('acme: bad_input');
    expect(FAULT_KINDS).toContain(facts.kind);
    expect(JSON.stringify(facts)).not.toMatch(/canary|127\.0\.0\.1|Signature/);
  });

  it('that never ends is read no further than its code could stand', async () => {
    const flood = (response: ServerResponse): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 32)));
      response.once('drain', () => flood(response));
    };
    const { url } = await startProvider((request, response) => void request.resume().on('end', () => flood(response.writeHead(402))));
    expect(await faultOf(clientOf(url).json(requestOf(), ANY))).toMatchObject({ kind: 'quota_exhausted' });
  });
});

describe('an answer in JSON', () => {
  it.each([
    ['a page', '<html></html>'],
    ['half a text', '{"ok":'],
    ['another shape', '{"ok":1}'],
    ['more than is allowed', JSON.stringify({ ok: true, filler: 'x'.repeat(2_000) })],
  ] as const)('that is %s is no result of a poll', async (_, body) => {
    const { url } = await startProvider(answer(200, {}, body));
    expect(await faultOf(clientOf(url).json(requestOf({ purpose: 'poll', max_bytes: 1_000 }), ANY))).toMatchObject({ kind: 'protocol', charged: 'unknown' });
  });

  it('is refused when it comes compressed, however small it is', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const { url, requests } = await startProvider(answer(200, { 'content-encoding': 'gzip' }, bomb));
    expect(await faultOf(clientOf(url).json(requestOf({ purpose: 'poll' }), ANY))).toMatchObject({ kind: 'protocol' });
    expect(await faultOf(clientOf(url).file(requestOf(fetching), newFile('f')))).toMatchObject({ kind: 'protocol' });
    expect(requests[0]?.headers['accept-encoding']).toBe('identity');
  });
});

describe('a file', () => {
  it.each([
    ['image/png', PNG],
    ['image/jpeg', Buffer.from('ffd8ffe000104a4649460001', 'hex')],
    ['image/webp', Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1')],
    ['video/mp4', Buffer.from('000000206674797069736f6d00000200', 'hex')],
    ['video/webm', Buffer.from('1a45dfa39f4286810142f781', 'hex')],
    ['audio/wav', Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1')],
    ['audio/mpeg', Buffer.from('fffb90640000000000000000', 'hex')],
    ['audio/mpeg', Buffer.from('ID3\x04\0\0\0\0\0\0\0\0', 'latin1')],
    ['audio/flac', Buffer.from('fLaC\0\0\0\x22\0\0\0\0', 'latin1')],
    ['audio/ogg', Buffer.from('OggS\0\x02\0\0\0\0\0\0', 'latin1')],
  ])('is %s by its first bytes, whatever its header says', async (content_type, bytes) => {
    const { url } = await startProvider(answer(200, { 'content-type': 'text/html' }, bytes));
    const path = newFile('f');
    expect(await clientOf(url).file(requestOf(fetching), path)).toMatchObject({ status: 200, path, bytes: bytes.length, content_type });
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it.each([
    ['a page', '<!doctype html><p>Sorry</p>', 'protocol'],
    ['JSON', '{"error":"gone"}', 'protocol'],
    ['nothing', '', 'protocol'],
    ['more than is allowed', Buffer.concat([PNG, PNG]), 'bad_output'],
  ] as const)('is none when it is %s', async (_, body, kind) => {
    const { url } = await startProvider(answer(200, { 'content-type': 'image/png' }, body as string | Buffer));
    expect(await faultOf(clientOf(url).file(requestOf({ ...fetching, max_bytes: 6_000 }), newFile('f')))).toMatchObject({ kind, charged: 'yes' });
  });

  it('is not taken further than allowed when it never says its length', async () => {
    const path = newFile('f');
    const { url } = await startProvider((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(PNG));
        response.once('drain', more);
      };
      more();
    });
    expect(await faultOf(clientOf(url).file(requestOf({ ...fetching, max_bytes: 100_000 }), path))).toMatchObject({ kind: 'bad_output' });
    expect((await stat(path)).size).toBeLessThanOrEqual(100_000);
  });

  it.each([
    ['cut off', (response: ServerResponse) => void response.writeHead(200, { 'content-length': '9000' }).write(PNG, () => response.destroy())],
    ['reset', (response: ServerResponse) => void response.writeHead(200).write(PNG, () => response.socket?.resetAndDestroy())],
  ])('that is %s half-way is not there', async (_, act) => {
    const { url } = await startProvider((_request, response) => act(response));
    expect(await faultOf(clientOf(url).file(requestOf(fetching), newFile('f')))).toMatchObject({ kind: 'down', charged: 'yes' });
  });

  it('arrives whole when the connection ends before it is read, many at once', async () => {
    const film = Buffer.concat([Buffer.from('000000206674797069736f6d00000200', 'hex'), Buffer.alloc(3 * 1_048_576)]);
    const { url } = await startProvider(answer(200, { connection: 'close', 'content-length': String(film.length) }, film));
    const client = clientOf(url);
    const all = await Promise.all(Array.from({ length: 24 }, () => client.file(requestOf({ ...fetching, max_bytes: 2 * film.length }), newFile('f'))));
    expect(all.map(({ bytes }) => bytes)).toEqual(Array.from({ length: 24 }, () => film.length));
  });

  it('that drips is given up when its time is over', async () => {
    const { url } = await startProvider((_, response) => {
      const drip = setInterval(() => void response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await faultOf(clientOf(url).file(requestOf({ ...fetching, timeout_ms: 600 }), newFile('f')))).toMatchObject({ kind: 'timeout' });
  });
});

describe('a body', () => {
  it('goes out as JSON, as a file or as a form, with its length', async () => {
    const bodies: { type: string; length: string; bytes: Buffer }[] = [];
    const { url } = await startProvider((request, response) => {
      void buffer(request).then((bytes) => {
        bodies.push({ type: request.headers['content-type'] ?? '', length: request.headers['content-length'] ?? '', bytes });
        response.end('{"ok":true}');
      });
    });
    const file = newFile('voice.wav');
    await writeFile(file, PNG);
    const client = clientOf(url);
    await client.json(requestOf({ body: { json: { text: 'grüß' } } }), ANY);
    await client.json(requestOf({ body: { file, content_type: 'audio/wav' } }), ANY);
    const parts = [{ name: 'na"me', text: 'Zoë' }, { name: 'files', file, file_name: 'a.wav', content_type: 'audio/wav' }];
    await client.json(requestOf({ body: { parts } }), ANY);
    expect(bodies.map(({ length, bytes }) => Number(length) === bytes.length)).toEqual([true, true, true]);
    expect(bodies[0]).toMatchObject({ type: 'application/json', bytes: Buffer.from('{"text":"grüß"}') });
    expect(bodies[1]).toMatchObject({ type: 'audio/wav', bytes: PNG });
    const form = await new Response(new Uint8Array(bodies[2]?.bytes ?? []), { headers: { 'content-type': bodies[2]?.type ?? '' } }).formData();
    expect(form.get('na"me')).toBe('Zoë');
    const sent = form.get('files');
    expect(sent instanceof File && { name: sent.name, type: sent.type, bytes: Buffer.from(await sent.arrayBuffer()) }).toEqual({ name: 'a.wav', type: 'audio/wav', bytes: PNG });
  });
});
