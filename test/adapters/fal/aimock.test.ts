import { once } from 'node:events';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LLMock } from '@copilotkit/aimock';
import { createFalHttp } from '../../../adapters/fal/fal-http';
import { freeze } from '../../../adapters/fal/frozen';
import { createFalDesk, submitToQueue } from '../../../adapters/fal/queue';
import { falTariff } from '../../../adapters/fal/tariff';
import type { PaidOperation } from '../../../adapters/capabilities/paid-operation';
import { Secret } from '../../../contracts/secret';
import { accept, callOf, carryOut, pollToEnd } from '../../conformance/drive';
import { mediaOf } from '../../conformance/server/media';
import { assetOf } from '../../conformance/capture';

/**
 * fal's queue as others understand it. The mock tells fal's hosts apart by a header that a proxy of fal's own would set, and
 * its answers name the real hosts, so this server stands before it: it adds the header and has the files.
 */
describe('fal beside a mock server that is not ours', () => {
  const mock = new LLMock({ port: 0, falQueue: { pollsBeforeInProgress: 3, pollsBeforeCompleted: 5 } });
  let front: Server;
  let operation: PaidOperation;
  let seen: { method: string; path: string; headers: Record<string, unknown> }[] = [];

  beforeAll(async () => {
    mock.onFalQueue(/./, { video: { url: 'https://v3.fal.media/files/elephant/made.mp4', content_type: 'video/mp4' } }, { billableUnits: 0.25 });
    await mock.start();
    const mocked = new URL(mock.url);
    front = createServer((incoming, response) => {
      seen.push({ method: incoming.method ?? '', path: incoming.url ?? '', headers: { ...incoming.headers } });
      if (incoming.url?.startsWith('/files/')) return void mediaOf('mp4').then((film) => response.end(film));
      const headers = { ...incoming.headers, 'x-fal-target-host': 'queue.fal.run', host: mocked.host };
      const onward = forward({ host: mocked.hostname, port: mocked.port, method: incoming.method, path: `/fal${incoming.url}`, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(onward);
    }).listen(0, '127.0.0.1');
    await once(front, 'listening');
    operation = operationAt(`http://127.0.0.1:${(front.address() as AddressInfo).port}`);
  });
  beforeEach(() => (seen = []));
  afterAll(async () => {
    front.closeAllConnections();
    front.close();
    await mock.stop();
  });

  function operationAt(base_url: string): PaidOperation {
    const tariff = falTariff(null);
    const http = createFalHttp({ api_key: new Secret('conformance-key'), base_url }, () => new Date());
    const media = { video_url: assetOf('clip', 'video/mp4'), audio_url: assetOf('audio', 'audio/wav') };
    return {
      ...createFalDesk(http, () => tariff),
      family: 'fal',
      part: '',
      traits: { call: 'job', queue: 'provider', dedupe: 'webhook', cancel: 'any', webhook: true, result_ttl_ms: null, cost: 'reported', inputs: 'lend_url' },
      estimate: { low: 1, high: 2 },
      request: freeze(tariff.lip_sync.model, { capability: 'lip_sync', input: tariff.lip_sync.input, media, size: { duration_ms: 4_000, width: 0, height: 0 } }),
      submit: (request, call) => submitToQueue(http, request, call),
    };
  }

  it('is submitted, asked for until it is done, fetched, and costs what it bills', async () => {
    const { outcome, files } = await carryOut(operation, callOf());
    expect(outcome).toMatchObject({ cost_micro_usd: 2_000_000, cost_source: 'reported' });
    expect(files['clip']?.equals(await mediaOf('mp4'))).toBe(true);
    expect(seen.map(({ method }) => method)).toEqual(['POST', ...Array.from({ length: seen.length - 1 }, () => 'GET')]);
    expect(seen[0]).toMatchObject({ path: `/${operation.request.model}`, headers: { authorization: 'Key conformance-key', 'x-fal-no-retry': '1', 'x-fal-request-timeout': '3600' } });
  });

  it('keeps the key to the queue and away from the files', async () => {
    await carryOut(operation, callOf());
    const file = seen.find(({ path }) => path.startsWith('/files/'));
    expect(file?.headers['authorization']).toBeUndefined();
  });

  it('is cancelled while it waits, and too late once it is done', async () => {
    const waiting = await accept(operation, callOf());
    expect(await operation.cancel?.(waiting, operation.request, callOf())).toBe('cancelled');
    expect(await operation.poll?.(waiting, operation.request, callOf())).toEqual({ kind: 'cancelled', cost_micro_usd: null });
    const done = await accept(operation, callOf());
    expect((await pollToEnd(operation, done, callOf())).kind).toBe('succeeded');
    expect(await operation.cancel?.(done, operation.request, callOf())).toBe('too_late');
  });
});
