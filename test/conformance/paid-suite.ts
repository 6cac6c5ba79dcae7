import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { CapabilityName } from '../../adapters/capabilities/adapter';
import type { PaidOperation, WebhookReport } from '../../adapters/capabilities/paid-operation';
import type { ProviderAccount } from '../../adapters/provider-family';
import type { FaultKind } from '../../contracts/operation';
import { accept, callOf, carryOut, collect, faultOf, filesOf, impatient, pollToEnd } from './drive';
import { openInbox } from './inbox';
import { startFaultServer, type FaultServer } from './fault-server';
import { fault, type Fault } from './server/faults';

/** One adapter in the table of conformance. */
export interface PaidRow {
  capability: CapabilityName;
  name: string;
  /** Names of the server's routes that this work goes over; jobs have all of them, direct calls the first one. */
  routes: { submit: string; status?: string; result?: string; file?: string };
  /** The operation that the adapter describes for one fixed request, asking at this address, for jobs within these bounds. */
  operation(url: string, most?: ProviderAccount['most']): Promise<PaidOperation>;
  /** What the result must hold. */
  expectFiles(files: Record<string, Buffer>): void;
  /** Where this family reads an answer otherwise than its status says. */
  kinds?: Partial<Record<string, FaultKind>>;
  /** Bodies of refusals by this family's own codes, and what they mean. */
  codes: { name: string; on: 'submit' | 'result'; status: number; headers?: Record<string, string>; body: unknown; kind: FaultKind }[];
  receive?(report: { headers: Record<string, string>; body: Uint8Array }, url: string): Promise<WebhookReport | null>;
}

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

interface Bench {
  server: FaultServer;
  operation: PaidOperation;
  script(route: string | undefined, ...faults: Partial<Fault>[]): void;
}

/** What concerns work that is waited for. */
function describeJob(row: PaidRow, bench: () => Bench): void {
  const { status, result, file } = row.routes;

  it.each<[string, Partial<Fault>]>([
    ['503', { status: 503 }],
    ['500', { status: 500 }],
    ['429', { status: 429 }],
    ['a page', { act: 'html' }],
    ['half an answer', { act: 'truncate', accepted: true }],
    ['a reset', { act: 'reset' }],
    ['no HTTP', { act: 'garbage' }],
  ])('asks again when a poll gets %s, five times in a row', async (_, one) => {
    const { server, operation, script } = bench();
    script(status, { ...one, times: 5 });
    row.expectFiles((await carryOut(operation, callOf())).files);
    expect(server.creates).toHaveLength(1);
    expect(server.requests.filter(({ route }) => route === status)).toHaveLength(6);
  });

  it('says that a job is gone when the provider no longer knows it', async () => {
    const { server, operation, script } = bench();
    script(status, { status: 404 });
    expect((await faultOf(carryOut(operation, callOf()))).kind).toBe('expired');
    expect(server.creates).toHaveLength(1);
  });

  it.each<[string, Partial<Fault>, FaultKind]>([
    ['that expired (403)', { status: 403 }, 'expired'],
    ['that expired (404)', { status: 404 }, 'expired'],
    ['that expired (410)', { status: 410 }, 'expired'],
    ['that is a page', { act: 'html' }, 'protocol'],
    ['that is JSON', { status: 200, body: { error: 'gone' } }, 'protocol'],
    ['that is empty', { status: 200, act: 'close' }, 'down'],
    ['that is cut off', { act: 'truncate', accepted: true }, 'down'],
    ['whose host is down', { status: 503 }, 'down'],
    ['that is compressed', { act: 'bomb' }, 'protocol'],
  ])('does not take a file %s', async (_, one, kind) => {
    const { server, operation, script } = bench();
    script(file, one);
    expect(await faultOf(carryOut(operation, callOf()))).toMatchObject({ kind, charged: 'yes' });
    expect(server.creates).toHaveLength(1);
  });

  describeSlowAnswers(row, bench);

  it('does not take a file of another kind than it asked for', async () => {
    const { operation, script } = bench();
    script(file, { status: 200, bytes: Buffer.from('ID3\x04, a song').toString('base64') });
    expect(await faultOf(carryOut(operation, callOf()))).toMatchObject({ kind: 'bad_output', charged: 'yes' });
  });

  it('follows a file to no address of this machine', async () => {
    const { operation, script } = bench();
    const trap = await setTrap();
    script(file, { status: 302, headers: { location: trap.url } });
    expect((await faultOf(carryOut(operation, callOf()))).kind).toBe('protocol');
    expect(await trap.close()).toBe(0);
  });

  it('takes an empty result for bad output', async () => {
    const { operation, script } = bench();
    script(result, { status: 200, body: {} });
    expect(await faultOf(carryOut(operation, callOf()))).toMatchObject({ kind: 'bad_output', charged: 'yes' });
  });

  it('takes a job that waits out of the queue, unbilled by its own ledger', async () => {
    const { server, operation } = bench();
    server.settings.hold = 'queue';
    const job = await accept(operation, callOf());
    expect(await operation.cancel?.(job, operation.request, callOf())).toBe('cancelled');
    expect(server.creates.map(({ cancelled }) => cancelled)).toEqual([true]);
  });

  it('says that it is too late for a job that runs, or is done', async () => {
    const { server, operation } = bench();
    server.settings.hold = 'running';
    const job = await accept(operation, callOf());
    expect(await operation.cancel?.(job, operation.request, callOf())).toBe('too_late');
    server.settings.hold = null;
    expect((await pollToEnd(operation, job, callOf())).kind).toBe('succeeded');
    expect(await operation.cancel?.(job, operation.request, callOf())).toBe('too_late');
    expect(server.creates.map(({ cancelled }) => cancelled)).toEqual([false]);
  });

  it('finds a job by its number alone, as a report gives it', async () => {
    const { server, operation } = bench();
    const { id } = await accept(operation, callOf());
    expect((await pollToEnd(operation, { id, urls: null }, callOf())).kind).toBe('succeeded');
    expect(server.creates).toHaveLength(1);
  });

  if (row.receive) describeReports(row, bench);
}

/** So little that a test need not wait for it. */
const HASTE = { timeout_ms: 250, bytes: 64 * 1_048_576 };
const THRIFT = { timeout_ms: 60_000, bytes: 500_000 };

/** What concerns answers that are never over: they hold nobody up, and nothing is bought again for them. */
function describeSlowAnswers(row: PaidRow, bench: () => Bench): void {
  const { status, result, file } = row.routes;
  const accepted = async (most: ProviderAccount['most']) => {
    const { server, operation } = bench();
    return { job: await accept(operation, callOf()), bounded: await row.operation(server.url, most) };
  };

  it.each([[status, 'hang'], [status, 'drip'], [result, 'hang'], [result, 'drip']] as const)('asks again when the answer to %s does %s', async (route, act) => {
    const { server, script } = bench();
    const { job, bounded } = await accepted(HASTE);
    script(route, { act });
    expect((await pollToEnd(bounded, job, callOf())).kind).toBe('succeeded');
    expect(server.requests.filter((request) => request.route === route).length).toBeGreaterThan(1);
    expect(server.creates).toHaveLength(1);
  });

  it.each(['hang', 'drip'] as const)('gives up a file that does %s, and fetches it again', async (act) => {
    const { server, operation, script } = bench();
    const { job, bounded } = await accepted(HASTE);
    const state = await pollToEnd(operation, job, callOf());
    if (state.kind !== 'succeeded') throw new Error(state.kind);
    script(file, { act });
    expect(await faultOf(filesOf(bounded, state.outcome, callOf()))).toMatchObject({ kind: 'timeout', charged: 'yes' });
    row.expectFiles(await filesOf(operation, state.outcome, callOf()));
    expect(server.creates).toHaveLength(1);
  });

  it.each([
    [status, 'unknown'],
    [result, 'yes'],
    [file, 'yes'],
  ] as const)('takes no more of an endless answer to %s than was agreed', async (route, charged) => {
    const { server, script } = bench();
    const { job, bounded } = await accepted(THRIFT);
    script(route, { act: 'oversize' });
    expect(await faultOf(collect(bounded, job, callOf()))).toMatchObject({ kind: 'bad_output', charged });
    expect(server.creates).toHaveLength(1);
  });
}

/** What concerns the reports of a family that sends some. */
function describeReports(row: PaidRow, bench: () => Bench): void {
  it.each([
    ['once', [true]],
    ['twice', [true, true]],
    ['unsigned', [false]],
    ['forged', [false]],
    ['late', [false]],
  ] as const)('believes a report that comes %s only where it is signed and fresh', async (webhook, believed) => {
    const { server, operation } = bench();
    server.settings.webhook = webhook;
    const inbox = await openInbox(believed.length);
    const job = await accept(operation, callOf({ webhook_url: inbox.url }));
    const reports: (WebhookReport | null)[] = [];
    for (const report of await inbox.reports) reports.push((await row.receive?.(report, server.url)) ?? null);
    await inbox.close();
    expect(reports.map((report) => report !== null)).toEqual([...believed]);
    const known = reports.filter((report) => report !== null);
    expect(known.every(({ job: { id }, operation_key }) => id === job.id && operation_key === 'op_conformance')).toBe(true);
    expect(new Set(known.map(({ event_id }) => event_id)).size).toBe(known.length > 0 ? 1 : 0);
    expect(server.creates).toHaveLength(1);
  });

  it('does not believe a report whose body was changed on the way', async () => {
    const { server, operation } = bench();
    const inbox = await openInbox(1);
    await accept(operation, callOf({ webhook_url: inbox.url }));
    const [report] = await inbox.reports;
    await inbox.close();
    const body = Buffer.from(Buffer.from(report?.body ?? []).toString('utf8').replace('"OK"', '"KO"'));
    expect(await row.receive?.({ headers: report?.headers ?? {}, body }, server.url)).toBeNull();
  });
}

/** A listener that nobody may reach; closing it says how many did. */
async function setTrap(): Promise<{ url: string; close(): Promise<number> }> {
  let connections = 0;
  const trap = createServer((socket) => void ((connections += 1), socket.destroy())).listen(0, '127.0.0.1');
  await once(trap, 'listening');
  const { port } = trap.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/secret`, close: async () => (trap.close(), await once(trap, 'close'), connections) };
}
