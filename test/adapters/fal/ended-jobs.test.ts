import type { ServerResponse } from 'node:http';
import { createFalFamily } from '../../../adapters/fal/family';
import type { JobState } from '../../../adapters/capabilities/paid-operation';
import type { Finishing } from '../../../adapters/capabilities/finishing';
import { Secret } from '../../../contracts/secret';
import { closeAll, startProvider } from '../http/support';
import { createPaidContext } from '../paid/paid-context';

/** What a stand-in for fal says of a job that has ended. */
interface Said {
  status: object;
  result: { code: number; body: object };
}

describe('a job of fal that has ended', () => {
  afterEach(closeAll);

  async function poll({ status, result }: Said): Promise<JobState | undefined> {
    const say = (response: ServerResponse, code: number, body: object): void => void response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const fal = await startProvider((request, response) => (request.url?.endsWith('/status') ? say(response, 200, status) : say(response, result.code, result.body)));
    const account = { api_key: new Secret('key'), base_url: fal.url, max_in_flight: null, requests_per_minute: null, tariff_file: null };
    // Asking about a job finishes nothing.
    const { desk } = await createFalFamily().load({ account, finishing: {} as Finishing, now: () => new Date() });
    const context = await createPaidContext();
    try {
      return await desk.poll?.({ id: 'request-1' }, { model: 'fal-ai/painter', body: {}, assets: {} }, await context.callFor('op_1'));
    } finally {
      await context.remove();
    }
  }

  const NOTHING = { code: 500, body: {} };
  const UNBILLED_AND_REPEATED = { kind: 'failed', fault: { kind: 'down', charged: 'no' }, cost_micro_usd: 0 };
  const detail = (type: string) => ({ detail: [{ type, loc: ['body'], msg: 'no' }] });

  it.each(['runner_scheduling_failure', 'request_timeout'])('without a machine (%s) is unbilled and made again', async (type) => {
    expect(await poll({ status: { status: 'COMPLETED', error_type: type }, result: NOTHING })).toMatchObject(UNBILLED_AND_REPEATED);
    expect(await poll({ status: { status: 'COMPLETED' }, result: { code: 504, body: detail(type) } })).toMatchObject(UNBILLED_AND_REPEATED);
  });

  it('in vain may be billed', async () => {
    const said = { status: { status: 'COMPLETED', error_type: 'internal_error' }, result: NOTHING };
    expect(await poll(said)).toMatchObject({ kind: 'failed', fault: { kind: 'bad_output', charged: 'unknown' }, cost_micro_usd: null });
  });

  it('is asked about again where fal itself is down', async () => {
    await expect(poll({ status: { status: 'COMPLETED' }, result: { code: 503, body: {} } })).rejects.toMatchObject({ kind: 'down', http_status: 503 });
  });
});
