import fc from 'fast-check';
import { problemDetails } from '../../contracts/answers.schema';
import { clientOf } from './support/client';
import { creation, makeAvatar, newKey, output } from './support/data';
import { startApi, type TestApi } from './support/start-api';

let api: TestApi;
let bodies: Record<string, unknown>[];
const { post, send } = clientOf(() => api);

beforeAll(async () => {
  api = await startApi();
  const avatar = await makeAvatar(api);
  const scenes = [{ transcript: 'One.', pose: { name: 'nod' }, background: { prompt: 'A lake' } }];
  const job_id = `job_${'0'.repeat(32)}`;
  bodies = [
    await creation(api, { correlation: { a: 'b' }, callback: { url: 'https://backend.example/hooks' } }),
    output(avatar, { require_approval: ['script'], output: { background: { prompt: 'A lake' }, watermark: { text: 'x' } } }),
    output(avatar, { script: undefined, scenes, voice: { rate: 1.2 } }),
    { contract: 'v3', job_type: 'output_retry', idempotency_key: newKey(), job_id, from_stage: 'speech', scope: 'only', patch: { scenes: { 2: { transcript: 'New.' } } } },
    { contract: 'v3', job_type: 'storyboard_approval', idempotency_key: newKey(), job_id, decision: 'approved', revision: 1, decided_by: 'r', edits: { scenes: { 1: { transcript: 'x' } } } },
  ];
});
afterAll(() => api.stop());

/** Values that have broken servers before, and whatever JSON there is. */
const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    null, true, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 2, '', ' ', '\u0000', '\ud800', '\u202e', 'x'.repeat(6_000), [], {}, [[]],
    { toString: 1 }, { constructor: { prototype: 1 } }, '__proto__', "'; drop table jobs; --", '${7*7}', '2026-02-31T00:00:00Z', 'as_', 'NaN',
  ),
  fc.jsonValue({ maxDepth: 4 }),
);

/** Every path to a member of a JSON value. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]))];
}

function replaceAt(value: unknown, path: string[], change: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return change;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...(value as object) };
  Reflect.set(copy, name, replaceAt(Reflect.get(copy, name), rest, change));
  return copy;
}

async function expectSane(answer: { status: number; body: unknown }): Promise<void> {
  expect(answer.status).toBeLessThan(500);
  if (answer.status >= 400) problemDetails.parse(answer.body);
}

describe('no body makes the API fail', () => {
  it('with any member replaced by anything', async () => {
    const mutation = fc.record({ body: fc.nat(4), place: fc.nat(60), value: nasty, extra: fc.option(fc.string({ unit: 'binary' })) });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ body, place, value, extra }) => {
        const original = bodies[body % bodies.length];
        const paths = pathsOf(original);
        const changed = replaceAt(original, paths[place % paths.length] ?? [], value);
        const withExtra = extra !== null && typeof changed === 'object' && changed !== null ? { ...changed, [extra]: value } : changed;
        await expectSane(await post('/v1/jobs', JSON.stringify(withExtra)));
      }),
      { numRuns: 600, endOnFailure: true },
    );
  });

  it('with any bytes and any content type', async () => {
    const type = fc.constantFrom('application/json', 'application/json; charset=utf-16', 'text/json', 'multipart/form-data; boundary=x', '');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), type, fc.constantFrom('/v1/jobs', '/v1/assets'), async (bytes, content, path) => {
        await expectSane(await send('POST', path, { body: bytes, headers: content === '' ? {} : { 'content-type': content } }));
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it('with any path and query', async () => {
    const part = fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.constantFrom('..', '%00', 'job_' + '0'.repeat(32), '[object Object]'));
    const path = fc.constantFrom('/v1/jobs/', '/v1/avatars/', '/v1/assets/', '/v1/events/', '/v1/jobs?status=', '/v1/jobs?cursor=', '/v1/jobs?limit=', '/v1/deliveries?job_id=');
    await fc.assert(
      fc.asyncProperty(path, part, fc.constantFrom('GET', 'POST', 'DELETE', 'PATCH'), async (base, rest, method) => {
        const safe = encodeURIComponent(rest.replace(/\p{Surrogate}/gu, '?'));
        await expectSane(await send(method, base + safe, { role: 'operator', ...(method === 'POST' ? { body: {} } : {}) }));
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it('with 250,000 brackets', async () => {
    for (const text of ['['.repeat(250_000), `{"contract":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`]) {
      await expectSane(await post('/v1/jobs', text));
    }
  });
});
