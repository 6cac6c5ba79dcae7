import { sweepAnswer } from '../../contracts/answers.schema';
import { SWEEPS } from '../../contracts/sweeps';
import { output } from '../api/support/data';
import { clientOf } from '../api/support/client';
import { startApi } from '../api/support/start-api';
import { startCompany, type Company } from '../support/company';
import { createTrivialFamily } from '../support/trivial-family';

const OPERATOR = { role: 'operator' } as const;

describe('a sweep by hand', () => {
  let company: Company;

  beforeAll(async () => {
    company = await startCompany(createTrivialFamily({ scenes: () => 1, onCall: () => undefined }), { queues: ['maintenance'] });
  });
  afterAll(async () => company.close());

  const sweep = (id: string, query = '', tenant: 'demo' | 'other' = 'demo') =>
    company.http.post(`/v1/maintenance/${id}${query}`, undefined, { ...OPERATOR, tenant });

  it.each(SWEEPS.map(({ id }) => id))('answers with what it would do: %s', async (id) => {
    const { status, body } = await sweep(id, '?dry_run=true');
    expect(status).toBe(200);
    expect(sweepAnswer.parse(body)).toMatchObject({ sweep: id, dry_run: true, status: 'completed' });
  });

  it('does it when it is not only asked, for the tenant of the token alone', async () => {
    const { pool } = company.api.deps;
    const [mine, theirs] = [await company.avatar(), await company.avatar()];
    const jobs = await Promise.all([mine, theirs].map((avatar) => company.submit(output(avatar))));
    await pool.query(`update jobs set started_at = null, created_at = now() - interval '1 hour' where job_id = any($1)`, [jobs]);
    await pool.query(`update jobs set tenant = 'other' where job_id = $1`, [jobs[1]]);
    for (const job of jobs) await company.orchestra.handle(job).terminate().catch(() => undefined);
    const dry = await sweep('start-pending-jobs', '?dry_run=true');
    const listed = [...dry.body.report.started, ...dry.body.report.refused];
    expect(listed.every((job: string) => job === jobs[0])).toBe(true);
    const { status, body } = await sweep('start-pending-jobs', '', 'other');
    expect([status, body.dry_run]).toEqual([200, false]);
    expect([...body.report.started, ...body.report.refused]).toEqual([jobs[1]]);
  });

  it('is for operators, and for sweeps that exist', async () => {
    expect((await company.http.post('/v1/maintenance/end-lost-jobs?dry_run=true')).body).toMatchObject({ status: 403, code: 'role_forbidden' });
    expect((await sweep('drop-everything')).body).toMatchObject({ status: 404, code: 'not_found', detail: expect.stringContaining('end-lost-jobs') });
  });

  it('takes another age only for a look', async () => {
    expect((await sweep('end-lost-jobs', '?older_than_ms=0')).body).toMatchObject({ status: 400, errors: [{ pointer: '/query/older_than_ms' }] });
    expect((await sweep('end-lost-jobs', '?older_than_ms=0&dry_run=true')).status).toBe(200);
    expect((await sweep('end-lost-jobs', '?dry_run=perhaps')).body).toMatchObject({ status: 400, errors: [{ pointer: '/query/dry_run' }] });
  });

  it('is refused for the moment while Temporal is away', async () => {
    const api = await startApi();
    const answer = await clientOf(() => api).post('/v1/maintenance/end-lost-jobs', undefined, OPERATOR);
    await api.stop();
    expect(answer.body).toMatchObject({ status: 503, code: 'temporarily_unavailable' });
  });
});
