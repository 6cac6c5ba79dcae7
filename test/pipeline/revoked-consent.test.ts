import { output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { createTrivialFamily } from '../support/trivial-family';

describe('an avatar whose consent is revoked', () => {
  let company: Company;

  beforeAll(async () => {
    company = await startCompany(createTrivialFamily({ scenes: () => 2, onCall: () => undefined }));
  });
  afterAll(async () => company.close());

  it('stops the jobs that use it, and refuses new ones', async () => {
    const avatarId = await company.avatar();
    const jobId = await company.submit(output(avatarId, { require_approval: ['storyboard'] }));
    await eventually('the gate is open', async () => (await company.http.get(`/v1/jobs/${jobId}`)).body.awaiting[0]);
    expect((await company.http.send('DELETE', `/v1/avatars/${avatarId}`)).status).toBe(202);
    const { status, stages } = (await company.ended(jobId)) as unknown as { status: string; stages: { status: string }[] };
    expect(status).toBe('cancelled');
    // Nothing of it waits any more.
    expect(stages.map((stage) => stage.status)).toEqual([...Array<string>(3).fill('completed'), ...Array<string>(3).fill('cancelled'), 'skipped', ...Array<string>(4).fill('cancelled')]);
    const refused = await company.http.post('/v1/jobs', output(avatarId));
    expect(refused.body).toMatchObject({ status: 422, code: 'avatar_revoked' });
  });
});
