import { makeAsset, newKey, output, CONSENT } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { createTrivialFamily } from '../support/trivial-family';

describe('the contract, seen from outside', () => {
  let company: Company;

  beforeAll(async () => {
    company = await startCompany(createTrivialFamily({ scenes: () => 2, onCall: () => undefined }));
  });
  afterAll(async () => company.close());

  it('names the avatar that a finished creation made', async () => {
    const { asset_id } = await makeAsset(company.api);
    const request = { contract: 'v3', job_type: 'avatar_creation', idempotency_key: newKey(), name: 'Ada', photos: [{ asset_id }], consent: CONSENT };
    const job = await company.ended(await company.submit(request));
    const { result } = job as unknown as { result: { avatar_id: string } };
    expect(job).toMatchObject({ status: 'completed', avatar: { avatar_id: result.avatar_id, version: 1 } });
  });

  it('says once that a script is required', async () => {
    const { body } = await company.http.post('/v1/jobs', output(await company.avatar(), { script: undefined }));
    expect(body.errors).toEqual([{ pointer: '/script', message: 'required: exactly one of script, brief, scenes' }]);
  });
});
