import type { WebhookReport } from '../../adapters/capabilities/paid-operation';
import { accept, callOf } from './drive';
import { openInbox } from './inbox';
import type { Bench, PaidRow } from './paid-row';

/** What concerns the reports of a family that sends some. */
export function describeReports(row: PaidRow, bench: () => Bench): void {
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
