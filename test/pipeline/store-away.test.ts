import { StoreAway } from '../../adapters/storage/asset-store';
import { output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { createTrivialFamily } from '../support/trivial-family';

describe('a job whose asset store is away', () => {
  let company: Company;
  let outages = 2;

  beforeAll(async () => {
    const onCall = ({ operation }: { operation: string }): void => {
      if (operation === 'stitch' && outages-- > 0) throw new StoreAway('ECONNREFUSED');
    };
    company = await startCompany(createTrivialFamily({ scenes: () => 1, onCall }));
  });
  afterAll(async () => company.close());

  it('goes on when it is back, and the time without it counts as no attempt at the work', async () => {
    const job = await company.submit(output(await company.avatar()));
    expect(await company.ended(job)).toMatchObject({ status: 'completed' });
    const { body } = await company.http.get(`/v1/jobs/${job}/stages`);
    expect(body.stages.find((step: { stage: string }) => step.stage === 'stitch')).toMatchObject({ status: 'completed', attempts: 1 });
    expect(outages).toBeLessThan(0);
  });
});
