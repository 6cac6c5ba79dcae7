import { output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { createTrivialFamily } from '../support/trivial-family';

describe('a job that is cancelled while a stage takes its time to end', () => {
  let company: Company;
  let held = 0;
  let release: () => void = () => undefined;

  beforeAll(async () => {
    const slow = new Promise<void>((resolve) => (release = resolve));
    const adapters = createTrivialFamily({ scenes: () => 1, onCall: ({ operation }) => (operation === 'stitch' ? ((held += 1), slow) : undefined) });
    company = await startCompany(adapters);
  });
  afterAll(async () => company.close());

  it('may be asked again and again: the repetition is no error, and it ends once', async () => {
    const job = await company.submit(output(await company.avatar()));
    await eventually('the stage runs', () => Promise.resolve(held > 0));
    const asked = await company.http.post(`/v1/jobs/${job}/cancel`);
    expect(asked).toMatchObject({ status: 202, body: { status: 'cancelling' } });
    const { launcher, pool } = company.api.deps;
    expect([await launcher.cancel(job), await launcher.cancel(job), await launcher.cancel(job)]).toEqual([true, true, true]);
    expect(await company.http.post(`/v1/jobs/${job}/cancel`)).toMatchObject({ status: 202 });
    release();
    expect(await company.ended(job)).toMatchObject({ status: 'cancelled' });
    const { rows } = await pool.query(`select count(*)::integer as ends from events where job_id = $1 and type = 'job.cancelled'`, [job]);
    expect(rows[0].ends).toBe(1);
    expect(await launcher.cancel(job)).toBe(true);
  });
});
