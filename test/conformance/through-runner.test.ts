import type { Adapters } from '../../activities/deps';
import type { Finishing } from '../../adapters/capabilities/finishing';
import { createFalFamily } from '../../adapters/fal/family';
import { Secret } from '../../contracts/secret';
import { output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { createTrivialFamily } from '../support/trivial-family';
import { startFaultServer, type FaultServer } from './fault-server';
import { signedHeaders } from './server/fal';
import { fault, type Fault } from './server/faults';

/**
 * A real adapter on real sockets, behind the real runner on Postgres and Temporal: a job whose backgrounds are bought at the
 * fault server. What counts is what that server would bill.
 */
describe('backgrounds that are bought at fal', () => {
  let server: FaultServer;
  let company: Company;
  let avatarId: string;

  beforeAll(async () => {
    server = await startFaultServer();
    const money = {
      reconcile_wait_ms: 3_000,
      // Nothing is cheap enough to be bought twice.
      resubmit_below_micro_usd: 0,
      webhookUrl: (family: string, key: string) => `${company.api.url}/v1/webhooks/${family}/${key}`,
    };
    company = await startCompany(await buyingFamily(server.url), { money, environment: { FAL_API_KEY: 'conformance-key', FAL_BASE_URL: server.url } });
    avatarId = await company.avatar();
  });
  beforeEach(() => {
    server.reset();
    server.settings.webhook = 'none';
  });
  afterAll(async () => {
    await company.close();
    await server.close();
  });

  const script = (route: string, one: Partial<Fault>): void => void server.script.push(fault.parse({ route, ...one }));
  const make = async () => company.ended(await company.submit(output(avatarId)));
  const sent = (route: string): number => server.requests.filter((request) => request.route === route).length;

  it('are billed once, for what fal reports', async () => {
    expect(await make()).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 12_500 } });
    expect([server.creates.length, sent('submit'), sent('file')]).toEqual([1, 1, 1]);
  });

  it.each<[string, Partial<Fault>, number]>([
    ['a limit of the rate', { status: 429, headers: { 'retry-after-ms': '10' }, times: 2 }, 3],
    ['a provider that is down', { status: 503 }, 2],
  ])('are billed once after %s', async (_, one, submits) => {
    script('submit', one);
    expect(await make()).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 12_500 } });
    expect([server.creates.length, sent('submit')]).toEqual([1, submits]);
  });

  it.each<[string, string, Partial<Fault>]>([
    ['five polls in a row fail', 'status', { status: 503, times: 5 }],
    ['a poll is answered with a page', 'status', { act: 'html' }],
    ['a poll is cut off', 'status', { act: 'truncate', accepted: true }],
    ['the file is cut off', 'file', { act: 'truncate', accepted: true }],
    ['the host of the file is down', 'file', { status: 503 }],
  ])('are billed once when %s', async (_, route, one) => {
    script(route, one);
    expect(await make()).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 12_500 } });
    expect([server.creates.length, sent('submit')]).toEqual([1, 1]);
  });

  it('are adopted by their report when the answer to the submit was lost', async () => {
    server.settings.webhook = 'twice';
    script('submit', { act: 'reset', accepted: true });
    expect(await make()).toMatchObject({ status: 'completed', cost: { spent_micro_usd: 12_500 } });
    expect([server.creates.length, sent('submit')]).toEqual([1, 1]);
  });

  it('are not touched by a report that comes after the end', async () => {
    const job: Record<string, unknown> = await make();
    const [create] = server.creates;
    const body = JSON.stringify({ request_id: create?.id, gateway_request_id: create?.id, status: 'OK', payload: {} });
    const asked = server.requests.length;
    const answer = await fetch(create?.reference ?? '', { method: 'POST', headers: signedHeaders(create?.id ?? '', body, 'once'), body });
    expect(answer.ok).toBe(true);
    expect(await company.ended(String(job['job_id']))).toMatchObject({ status: 'completed', cost: job['cost'] });
    expect(server.requests.slice(asked).filter(({ route }) => route !== 'jwks')).toEqual([]);
    expect(server.creates).toHaveLength(1);
  });

  it.each(['forged', 'unsigned', 'late'] as const)('are not adopted by a report that is %s, and an operator is asked', async (webhook) => {
    server.settings.webhook = webhook;
    script('submit', { act: 'reset', accepted: true });
    const jobId = await company.submit(output(avatarId));
    const gate = await eventually('an operator is asked', async () => (await company.http.get(`/v1/jobs/${jobId}`)).body.awaiting.find((one: { gate: string }) => one.gate === 'submit_unknown'));
    expect(gate).toMatchObject({ gate: 'submit_unknown' });
    expect([server.creates.length, sent('submit')]).toEqual([1, 1]);
    await company.http.post(`/v1/jobs/${jobId}/cancel`, {});
    await company.ended(jobId);
  });

  it.each<[string, string, Partial<Fault>, string]>([
    ['fal refuses the content', 'result', { status: 422, body: { detail: [{ type: 'content_policy_violation' }] } }, 'provider_content_rejected'],
    ['the account is empty', 'submit', { status: 403, body: { detail: 'User is locked. Reason: Exhausted balance.' } }, 'provider_quota_exhausted'],
    ['the key is wrong', 'submit', { status: 401 }, 'provider_auth'],
    ['the input is wrong', 'submit', { status: 422 }, 'provider_bad_input'],
  ])('fail once and for all when %s', async (_, route, one, code) => {
    script(route, one);
    expect(await make()).toMatchObject({ status: 'failed', error: { code, stage: 'backgrounds' } });
    expect([server.creates.length, sent('submit')]).toEqual([route === 'submit' ? 0 : 1, 1]);
  });

  it('are cancelled at fal with their job', async () => {
    server.settings.hold = 'queue';
    const jobId = await company.submit(output(avatarId));
    await eventually('it was submitted', async () => server.creates.length === 1 || null);
    await company.http.post(`/v1/jobs/${jobId}/cancel`, {});
    expect(await company.ended(jobId)).toMatchObject({ status: 'cancelled', cost: { spent_micro_usd: 0 } });
    expect(server.creates.map(({ cancelled }) => cancelled)).toEqual([true]);
  });
});

/** Everything answers at once but the backgrounds, which fal paints; what it painted is not looked at further. */
async function buyingFamily(base_url: string): Promise<Adapters> {
  const trivial = createTrivialFamily({ scenes: () => 1, onCall: () => undefined });
  const finishing = { background: (_raw: unknown, request: never, context: never) => trivial.background.perform(request, context) } as unknown as Finishing;
  const account = { api_key: new Secret('conformance-key'), base_url, max_in_flight: null, requests_per_minute: null, tariff_file: null };
  const { adapters, desk } = await createFalFamily().load({ account, finishing, now: () => new Date() });
  return { ...trivial, ...(adapters.background ? { background: adapters.background } : {}), desk };
}
