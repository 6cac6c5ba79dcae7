import { revokeAvatar } from '../../db/avatars';
import { CONSENT, makeAsset, newKey, output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { VOICE } from '../support/snapshots';
import { createTrivialFamily } from '../support/trivial-family';

const PROFILE = { ...VOICE, kind: 'matched' as const, voice_id: 'trivial:ada' };
const HER_CONSENT = { statement: 'I agree that my voice is imitated.', by: 'ada@example.com', at: '2026-11-24T12:00:00Z' };

describe('a voice cloning', () => {
  let company: Company;
  let meanwhile: (() => Promise<void>) | null = null;
  let rejected = false;

  beforeAll(async () => {
    const family = createTrivialFamily({ scenes: () => 2, onCall: () => undefined });
    const voice: typeof family.voice = {
      ...family.voice,
      perform: async () => {
        await meanwhile?.();
        if (rejected) throw Object.assign(new Error('The recording holds no voice.'), { name: 'VoiceSampleRejected', code: 'voice_sample_silent' });
        return { profile: PROFILE };
      },
    };
    company = await startCompany({ ...family, voice });
  });
  afterAll(async () => company.close());
  beforeEach(() => {
    meanwhile = null;
    rejected = false;
  });

  async function cloning(change: Record<string, unknown> = {}) {
    const { asset_id } = await makeAsset(company.api);
    return { contract: 'v3', job_type: 'voice_cloning', idempotency_key: newKey(), voice_sample: { asset_id }, name: 'Ada, calm', consent: HER_CONSENT, ...change };
  }

  async function version(avatarId: string, number: number) {
    return (await company.http.get(`/v1/avatars/${avatarId}/versions/${number}`)).body;
  }

  it('gives a profile alone where no avatar is named', async () => {
    const job = await company.ended(await company.submit(await cloning()));
    expect(job).toMatchObject({ status: 'completed', avatar: null, result: { voice_profile: PROFILE, avatar_id: null, version: null } });
    const stages = (job as unknown as { stages: { stage: string; status: string }[] }).stages.map(({ stage, status }) => `${stage} ${status}`);
    expect(stages).toEqual(['voice_profile completed', 'persist skipped', 'emit completed']);
  });

  it('makes a version of the named avatar that differs in the voice alone and holds the consent', async () => {
    const avatarId = await company.avatar();
    const job = await company.ended(await company.submit(await cloning({ avatar_id: avatarId })));
    expect(job).toMatchObject({ status: 'completed', result: { voice_profile: PROFILE, avatar_id: avatarId, version: 2 } });
    const [before, after] = [await version(avatarId, 1), await version(avatarId, 2)];
    const ids = ({ neutral_image, character_sheet, views }: typeof before) => [neutral_image, character_sheet, views[0].asset].map((asset) => asset.asset_id);
    expect(ids(after)).toEqual(ids(before));
    expect([before.voice_profile, after.voice_profile]).toEqual([null, PROFILE]);
    expect(before.consent).toEqual({ ...CONSENT, revoked_at: null });
    expect(after.consent).toEqual({ ...HER_CONSENT, revoked_at: null });
  });

  it('numbers versions that come at the same time one after another', async () => {
    const avatarId = await company.avatar();
    const jobs = await Promise.all([1, 2, 3].map(async () => company.submit(await cloning({ avatar_id: avatarId }))));
    const ended = await Promise.all(jobs.map((jobId) => company.ended(jobId)));
    expect(ended.map((job) => (job as unknown as { result: { version: number } }).result.version).sort()).toEqual([2, 3, 4]);
  });

  it('changes speech and what hangs on it in a film of the new version, nothing else', async () => {
    const avatarId = await company.avatar();
    const before = await company.submit(output(avatarId));
    await company.ended(before);
    await company.ended(await company.submit(await cloning({ avatar_id: avatarId })));
    const after = await company.submit(output(avatarId));
    await company.ended(after);
    const { body } = await company.http.get(`/v1/jobs/${before}/diff/${after}`);
    const fields = new Map<string, string[]>(body.differences.map((found: { stage: string; scene: number | null; fields: string[] }) => [`${found.stage}/${found.scene}`, found.fields]));
    expect([...fields.keys()]).toEqual(['payload/null', 'speech/1', 'speech/2', 'output/null']);
    expect(fields.get('payload/null')).toEqual(expect.arrayContaining(['/avatar/version', '/voice/voice_id']));
    expect(fields.get('speech/1')).toContain('/voice/voice_id');
    expect(fields.get('output/null')).toEqual(['/avatar/version']);
  });

  it('is refused for an avatar that was deleted and for one that never was', async () => {
    const avatarId = await company.avatar();
    await revokeAvatar(company.api.deps.pool, avatarId, new Date());
    const revoked = await company.http.post('/v1/jobs', await cloning({ avatar_id: avatarId }));
    expect([revoked.status, revoked.body.code]).toEqual([422, 'avatar_revoked']);
    const unknown = await company.http.post('/v1/jobs', await cloning({ avatar_id: `av_${'9'.repeat(32)}` }));
    expect([unknown.status, unknown.body.code]).toEqual([404, 'avatar_not_found']);
  });

  it('fails, and saves nothing, when the avatar is deleted while the voice is measured', async () => {
    const avatarId = await company.avatar();
    meanwhile = async () => void (await revokeAvatar(company.api.deps.pool, avatarId, new Date()));
    const job = await company.ended(await company.submit(await cloning({ avatar_id: avatarId })));
    expect(job).toMatchObject({ status: 'failed', error: { code: 'avatar_revoked', stage: 'persist' } });
    expect((await company.http.get(`/v1/avatars/${avatarId}`)).body.versions).toHaveLength(1);
  });

  it('says what is wrong with a sample and can be resumed', async () => {
    const avatarId = await company.avatar();
    rejected = true;
    const failed = await company.submit(await cloning({ avatar_id: avatarId }));
    expect(await company.ended(failed)).toMatchObject({ status: 'failed', error: { code: 'voice_sample_silent', stage: 'voice_profile', resumable_from: 'voice_profile' } });
    rejected = false;
    const retry = await company.submit({ from_stage: 'voice_profile', scope: 'downstream', idempotency_key: newKey() }, `/v1/jobs/${failed}/retry`);
    expect(await company.ended(retry)).toMatchObject({ status: 'completed', parent_job_id: failed, result: { avatar_id: avatarId, version: 2 } });
  });
});
