import type { Adapters } from '../../activities/deps';
import { creation, makeAsset } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { SAMPLE_REPORT } from '../support/snapshots';
import { createTrivialFamily } from '../support/trivial-family';

describe('a creation with a voice sample', () => {
  const called: string[] = [];
  const reports: unknown[] = [];
  let company: Company;
  let silent = false;

  beforeAll(async () => {
    const family = createTrivialFamily({ scenes: () => 1, onCall: ({ operation }) => void called.push(operation) });
    const inspector: Adapters['inspector'] = {
      ...family.inspector,
      inspectSample: (sample, context) => {
        if (silent) throw Object.assign(new Error('The recording holds no voice.'), { name: 'VoiceSampleRejected', code: 'voice_sample_silent' });
        return family.inspector.inspectSample(sample, context);
      },
    };
    const voice: Adapters['voice'] = {
      ...family.voice,
      perform: (request, context) => {
        reports.push(request.report);
        return family.voice.perform(request, context);
      },
    };
    company = await startCompany({ ...family, inspector, voice });
  });
  afterAll(async () => company.close());
  beforeEach(() => {
    called.length = 0;
    reports.length = 0;
  });

  async function create() {
    const { asset_id } = await makeAsset(company.api);
    return company.ended(await company.submit(await creation(company.api, { voice_sample: { asset_id } })));
  }

  it('fails in validate when the sample is bad, and asks nobody for a picture', async () => {
    silent = true;
    expect(await create()).toMatchObject({
      status: 'failed',
      error: { code: 'voice_sample_silent', stage: 'validate', resumable_from: 'validate', errors: [{ pointer: '/voice_sample' }] },
    });
    expect(called).toEqual(['validate']);
  });

  it('hands what it found in a good sample to the voice', async () => {
    silent = false;
    expect(await create()).toMatchObject({ status: 'completed' });
    expect(called).toEqual(expect.arrayContaining(['inspect_sample', 'neutral_image', 'voice_profile']));
    expect(reports).toEqual([SAMPLE_REPORT]);
  });
});
