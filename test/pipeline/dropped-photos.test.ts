import type { Adapters } from '../../activities/deps';
import { creation, makeAsset } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { createTrivialFamily, NOTHING } from '../support/trivial-family';

const REPORT = { asset_id: NOTHING.asset_id, score: 1, rotation: 0, metrics: { brightness: 150 } };

describe('a creation of several photos, one of them bad', () => {
  let company: Company;

  beforeAll(async () => {
    const family = createTrivialFamily({ scenes: () => 1, onCall: () => undefined });
    const inspector: Adapters['inspector'] = {
      ...family.inspector,
      validatePhotos: async (request, context) => ({
        ...(await family.inspector.validatePhotos(request, context)),
        chosen: 1,
        photos: [
          { ...REPORT, photo: 0, accepted: false, code: 'photo_blurred', warnings: ['The face is out of focus or blurred.'] },
          { ...REPORT, photo: 1, accepted: true, warnings: [] },
        ],
      }),
    };
    company = await startCompany({ ...family, inspector });
  });
  afterAll(async () => company.close());

  it('tells in its result which photo was left out and why, and which was taken', async () => {
    const assets = await Promise.all([1, 2].map(() => makeAsset(company.api)));
    const body = await creation(company.api, { photos: assets.map(({ asset_id }) => ({ asset_id })) });
    const job = await company.ended(await company.submit(body));
    expect((job as unknown as { result: { photos: unknown } }).result.photos).toEqual([
      { pointer: '/photos/0', accepted: false, chosen: false, code: 'photo_blurred', warnings: ['The face is out of focus or blurred.'] },
      { pointer: '/photos/1', accepted: true, chosen: true, code: null, warnings: [] },
    ]);
  });
});
