import type { Adapters } from '../../activities/deps';
import { output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { familyBuyingAt, openHouse } from './counting-house';

describe('a gate that opens while a job waits for money', () => {
  const house = openHouse();
  let company: Company;
  let avatarId: string;
  /** Backgrounds are painted only once somebody lets them. */
  const painting: { begin(): void; begun: Promise<void> } = { begin: () => undefined, begun: Promise.resolve() };

  beforeAll(async () => {
    painting.begun = new Promise((resolve) => (painting.begin = resolve));
    const family: Adapters = familyBuyingAt(house);
    const { background } = family;
    const waiting: Adapters = { ...family, background: { ...background, perform: (request, context) => painting.begun.then(() => background.perform(request, context)) } };
    company = await startCompany(waiting);
    avatarId = await company.avatar();
  });
  afterAll(async () => company.close());

  const listed = async (status: string): Promise<string[]> => (await company.http.get(`/v1/jobs?status=${status}`)).body.jobs.map((job: { job_id: string }) => job.job_id);

  async function waits(jobId: string): Promise<{ type: string; data: { awaiting: { gate: string }[] } }[]> {
    const { body } = await company.http.get(`/v1/jobs/${jobId}/events`);
    return body.events.filter(({ type }: { type: string }) => type.startsWith('job.waiting'));
  }

  it('is announced and shown first; the job waits for money again when it is decided, and runs on when there is some', async () => {
    const jobId = await company.submit(output(avatarId, { budget_micro_usd: 1, require_approval: ['backgrounds'] }));
    const isShown = (status: string) => eventually(`it is ${status}`, async () => (await company.job(jobId)).status === status);
    await isShown('waiting_for_budget');
    expect(await listed('waiting_for_budget')).toEqual([jobId]);
    painting.begin();
    await isShown('waiting_for_approval');
    expect(await company.job(jobId)).toMatchObject({ awaiting: [{ gate: 'backgrounds' }] });
    expect(await waits(jobId)).toMatchObject([{ type: 'job.waiting_for_budget' }, { type: 'job.waiting_for_approval', data: { awaiting: [{ gate: 'backgrounds' }] } }]);
    expect([await listed('waiting_for_budget'), await listed('waiting_for_approval')]).toEqual([[], [jobId]]);
    const approval = { gate: 'backgrounds', decision: 'approved', revision: 1, decided_by: 'rev@example.com', idempotency_key: jobId };
    expect((await company.http.post(`/v1/jobs/${jobId}/approvals`, approval)).status).toBe(202);
    await isShown('waiting_for_budget');
    expect(house.submits).toBe(0);
    await company.http.post(`/v1/jobs/${jobId}/budget`, { budget_micro_usd: 1_000_000 });
    expect(await company.ended(jobId)).toMatchObject({ status: 'completed' });
    expect(await waits(jobId)).toHaveLength(2);
  });

  it('keeps the job waiting for the decision when money comes first', async () => {
    const jobId = await company.submit(output(avatarId, { budget_micro_usd: 1, require_approval: ['backgrounds'] }));
    await eventually('it waits for both', async () => (await waits(jobId)).length === 2);
    expect((await company.http.post(`/v1/jobs/${jobId}/budget`, { budget_micro_usd: 1_000_000 })).body.status).toBe('waiting_for_approval');
    const { rows } = await company.api.deps.pool.query('select status from jobs where job_id = $1', [jobId]);
    expect(rows).toEqual([{ status: 'waiting_for_approval' }]);
    await company.http.post(`/v1/jobs/${jobId}/cancel`, {});
    expect(await company.ended(jobId)).toMatchObject({ status: 'cancelled' });
  });
});
