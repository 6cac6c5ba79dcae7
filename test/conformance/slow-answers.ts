import type { ProviderAccount } from '../../adapters/provider-family';
import { accept, callOf, collect, faultOf, filesOf, pollToEnd } from './drive';
import type { Bench, PaidRow } from './paid-row';

/** So little that a test need not wait for it. */
const HASTE = { timeout_ms: 250, bytes: 64 * 1_048_576 };
const THRIFT = { timeout_ms: 60_000, bytes: 500_000 };

/** What concerns answers that are never over: they hold nobody up, and nothing is bought again for them. */
export function describeSlowAnswers(row: PaidRow, bench: () => Bench): void {
  const { status, result, file } = row.routes;
  const accepted = async (most: ProviderAccount['most']) => {
    const { server, operation } = bench();
    return { job: await accept(operation, callOf()), bounded: await row.operation(server.url, most) };
  };

  it.each([
    ...([[status, 'hang'], [status, 'drip'], [result, 'hang'], [result, 'drip']] as const).map(([route, act]) => ({ route, act, most: HASTE })),
    ...([status, result] as const).map((route) => ({ route, act: 'oversize', most: THRIFT }) as const),
  ])('asks again when the answer to $route does $act', async ({ route, act, most }) => {
    const { server, script } = bench();
    const { job, bounded } = await accepted(most);
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

  it('takes no more of an endless file than was agreed', async () => {
    const { server, script } = bench();
    const { job, bounded } = await accepted(THRIFT);
    script(file, { act: 'oversize' });
    expect(await faultOf(collect(bounded, job, callOf()))).toMatchObject({ kind: 'bad_output', charged: 'yes' });
    expect(server.creates).toHaveLength(1);
  });
}
