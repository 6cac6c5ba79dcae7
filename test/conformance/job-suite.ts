import type { FaultKind } from '../../contracts/operation';
import { accept, callOf, carryOut, faultOf, pollToEnd } from './drive';
import type { Bench, PaidRow } from './paid-row';
import { describeReports } from './report-suite';
import type { Fault } from './server/faults';
import { describeSlowAnswers } from './slow-answers';
import { setTrap } from './trap';

/** What concerns work that is waited for. */
export function describeJob(row: PaidRow, bench: () => Bench): void {
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
