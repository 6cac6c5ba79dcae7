import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { createFalFamily } from '../../../adapters/fal/family';
import type { WebhookReport } from '../../../adapters/capabilities/paid-operation';
import { Secret } from '../../../contracts/secret';
import { closeAll, startProvider, type Provider } from '../http/support';

describe('the keys by which fal signs its reports', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  let fal: Provider;
  /** Answers to requests for the keys, in the order in which these come. */
  let answer: (response: ServerResponse) => void;
  let receive: (requestId: string, at?: Date) => Promise<WebhookReport | null>;

  beforeEach(async () => {
    fal = await startProvider((_, response) => answer(response));
    const account = { api_key: new Secret('key'), base_url: fal.url, max_in_flight: null, requests_per_minute: null, tariff_file: null };
    const family = createFalFamily();
    receive = (requestId, now = new Date()) => family.receive?.({ ...signed(requestId, now), operation_key: 'op_1', now }, account) ?? Promise.resolve(null);
  });
  afterEach(closeAll);

  function signed(requestId: string, now: Date): { headers: Record<string, string>; body: Buffer } {
    const body = Buffer.from(JSON.stringify({ request_id: requestId, status: 'OK' }));
    const timestamp = String(Math.floor(now.getTime() / 1_000));
    const message = [requestId, 'user', timestamp, createHash('sha256').update(body).digest('hex')].join('\n');
    const signature = sign(null, Buffer.from(message), privateKey).toString('hex');
    const headers = { 'request-id': requestId, 'user-id': 'user', timestamp, signature };
    return { body, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [`x-fal-webhook-${name}`, value])) };
  }

  const publish = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] }));
  };

  it('are asked for once by reports that come at the same time, and all of these are taken', async () => {
    const waiting: ServerResponse[] = [];
    const asked = new Promise<void>((resolve) => (answer = (response) => resolve(void waiting.push(response))));
    const first = receive('one');
    await asked;
    const second = receive('two');
    answer = publish;
    waiting.forEach(publish);
    expect(await Promise.all([first, second])).toMatchObject([{ event_id: 'one' }, { event_id: 'two' }]);
    expect(await receive('three')).toMatchObject({ event_id: 'three' });
    expect(fal.requests).toHaveLength(1);
  });

  it('are asked for again after they could not be read', async () => {
    answer = (response) => void response.writeHead(500).end();
    await expect(receive('one')).rejects.toMatchObject({ kind: 'down' });
    answer = publish;
    expect(await receive('one')).toMatchObject({ event_id: 'one', job: { id: 'one' } });
  });

  it('are good for a day, also while newer ones cannot be read', async () => {
    answer = publish;
    const now = Date.now();
    await receive('one', new Date(now));
    answer = (response) => void response.writeHead(500).end();
    expect(await receive('two', new Date(now + 23 * 3_600_000))).toMatchObject({ event_id: 'two' });
    await expect(receive('three', new Date(now + 25 * 3_600_000))).rejects.toMatchObject({ kind: 'down' });
  });
});
