import type { PaidOperation } from '../../adapters/capabilities/paid-operation';
import type { FaultKind } from '../../contracts/operation';
import { callOf, carryOut, faultOf, impatient } from './drive';
import { startFaultServer, type FaultServer } from './fault-server';
import { describeJob } from './job-suite';
import type { PaidRow } from './paid-row';
import { fault, type Fault } from './server/faults';
import { setTrap } from './trap';

/** Failures of a submit: what they mean, and what the provider bills for them. */
const SUBMITS: readonly [name: string, fault: Partial<Fault>, kind: FaultKind, creates: number][] = [
  ['400', { status: 400 }, 'bad_input', 0],
  ['401', { status: 401 }, 'auth', 0],
  ['402', { status: 402 }, 'quota_exhausted', 0],
  ['403', { status: 403 }, 'auth', 0],
  ['404', { status: 404 }, 'unsupported', 0],
  ['413', { status: 413 }, 'bad_input', 0],
  ['422', { status: 422 }, 'bad_input', 0],
  ['429', { status: 429 }, 'rate_limited', 0],
  ['503', { status: 503 }, 'down', 0],
  ['529', { status: 529 }, 'down', 0],
  ['500 without a word', { status: 500, body: [] }, 'submit_unknown', 0],
  ['502 after it was accepted', { status: 502, act: 'html', accepted: true }, 'submit_unknown', 1],
  ['504 after it was accepted', { status: 504, act: 'html', accepted: true }, 'submit_unknown', 1],
  ['a reset before it was accepted', { act: 'reset' }, 'submit_unknown', 0],
  ['a reset after it was accepted', { act: 'reset', accepted: true }, 'submit_unknown', 1],
  ['a connection that closes', { act: 'close', accepted: true }, 'submit_unknown', 1],
  ['a hanging answer', { act: 'hang', accepted: true }, 'submit_unknown', 1],
  ['a dripping answer', { act: 'drip', accepted: true }, 'submit_unknown', 1],
  ['half an answer', { act: 'truncate', accepted: true }, 'submit_unknown', 1],
  ['a page', { act: 'html', accepted: true }, 'submit_unknown', 1],
  ['no HTTP', { act: 'garbage', accepted: true }, 'submit_unknown', 1],
  ['an endless answer', { act: 'oversize', accepted: true }, 'submit_unknown', 1],
  ['a compressed bomb', { act: 'bomb', accepted: true }, 'submit_unknown', 1],
  ['JSON of another shape', { status: 200, body: { hello: 1 }, accepted: true }, 'submit_unknown', 1],
];

/** What every paid adapter must do, whoever is behind it; the number of creates is counted at the server. */
export function describePaid(row: PaidRow): void {
  let server: FaultServer;
  let operation: PaidOperation;
  const script = (route: string | undefined, ...faults: Partial<Fault>[]): void => {
    server.script.push(...faults.map((one) => fault.parse({ route, ...one })));
  };
  beforeAll(async () => {
    server = await startFaultServer();
    operation = await row.operation(server.url);
  });
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  it('describes its work without an address, a key or bytes, the same each time', async () => {
    const again = await row.operation(server.url);
    expect(again.request).toEqual(operation.request);
    expect(JSON.stringify(operation.request)).not.toMatch(/https?:|conformance-key|base64/);
    expect(operation.estimate.high).toBeGreaterThanOrEqual(operation.estimate.low);
    expect(Number.isInteger(operation.estimate.low) && Number.isInteger(operation.estimate.high)).toBe(true);
  });

  it('makes it with one billed create, and says what it cost', async () => {
    const { outcome, files } = await carryOut(operation, callOf());
    row.expectFiles(files);
    expect(server.creates).toHaveLength(1);
    expect(Number.isInteger(outcome.cost_micro_usd)).toBe(true);
    expect(JSON.stringify(outcome.meta)).not.toMatch(/https?:|conformance-key/);
  });

  it.each(SUBMITS)('takes %s to a submit for what it is, and sends nothing twice', async (name, one, kind, creates) => {
    script(row.routes.submit, one);
    const facts = await faultOf(operation.submit(operation.request, one.act === 'hang' || one.act === 'drip' ? impatient() : callOf()));
    expect(facts.kind).toBe(row.kinds?.[name] ?? kind);
    expect(server.creates).toHaveLength(creates);
    expect(server.requests).toHaveLength(1);
    if (creates > 0) expect(facts.charged).toBe('unknown');
  });

  it.each([
    [{ 'retry-after': '7' }, 7_000, 7_000],
    [{ 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }, 3_000_000, 3_600_000],
    [{ 'retry-after-ms': '250' }, 250, 250],
  ])('waits as long as %j asks', async (headers, least, most) => {
    script(row.routes.submit, { status: 429, headers: headers as Record<string, string> });
    const { kind, retry_after_ms, charged } = await faultOf(operation.submit(operation.request, callOf()));
    expect({ kind, charged }).toEqual({ kind: 'rate_limited', charged: 'no' });
    expect(retry_after_ms).toBeGreaterThanOrEqual(least);
    expect(retry_after_ms).toBeLessThanOrEqual(most);
  });

  it('does not follow a submit that is sent elsewhere', async () => {
    const trap = await setTrap();
    script(row.routes.submit, { status: 307, headers: { location: trap.url } });
    expect((await faultOf(operation.submit(operation.request, callOf()))).kind).toBe('protocol');
    expect([await trap.close(), server.creates.length]).toEqual([0, 0]);
  });

  it.each(row.codes)('reads $name as $kind', async ({ on, status, headers, body, kind }) => {
    script(row.routes[on], { status, ...(headers ? { headers } : {}), body });
    expect((await faultOf(carryOut(operation, callOf()))).kind).toBe(kind);
    expect(server.creates).toHaveLength(on === 'submit' ? 0 : 1);
  });

  if (row.routes.status) describeJob(row, () => ({ server, operation, script }));
}
