import { newKey, output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { createTrivialFamily, NOTHING } from '../support/trivial-family';

interface Difference {
  stage: string;
  scene: number | null;
  reason: string;
  fields: string[];
}

describe('the comparison of two jobs', () => {
  let company: Company;
  let avatarId: string;

  beforeAll(async () => {
    const family = createTrivialFamily({ scenes: () => 3, onCall: () => undefined });
    // What was painted depends on what was asked for, so that it shows below.
    const background: typeof family.background = {
      ...family.background,
      perform: async (request, context) => {
        const made = await family.background.perform(request, context);
        const word = request.note ?? request.visual.background.prompt ?? 'plain';
        return { ...made, image: { ...NOTHING, sha256: Buffer.from(word).toString('hex').padEnd(64, '0') } };
      },
    };
    company = await startCompany({ ...family, background });
    avatarId = await company.avatar();
  });
  afterAll(async () => company.close());

  async function film(change: Record<string, unknown> = {}): Promise<string> {
    const jobId = await company.submit(output(avatarId, change));
    await company.ended(jobId);
    return jobId;
  }

  async function resumed(jobId: string, change: Record<string, unknown>): Promise<string> {
    const retry = await company.submit({ scope: 'downstream', idempotency_key: newKey(), ...change }, `/v1/jobs/${jobId}/retry`);
    await company.ended(retry);
    return retry;
  }

  async function compare(a: string, b: string) {
    const { status, body } = await company.http.get(`/v1/jobs/${a}/diff/${b}`);
    expect(status).toBe(200);
    return body as { a: string; b: string; first_difference: Difference | null; differences: Difference[] };
  }

  it('finds nothing between two jobs of the same request', async () => {
    const [a, b] = [await film(), await film()];
    expect(await compare(a, b)).toEqual({ a, b, first_difference: null, differences: [] });
  });

  it('names the one transcript that differs, and what hangs on it', async () => {
    const a = await film();
    const b = await resumed(a, { from_stage: 'speech', patch: { scenes: { 2: { transcript: 'Shorter 2' } } } });
    const { first_difference, differences } = await compare(a, b);
    expect(first_difference).toEqual({ stage: 'speech', scene: 2, reason: 'input' });
    expect(differences[0]).toMatchObject({ fields: ['/transcript'], a: { provider_family: 'trivial', cost_micro_usd: 0 }, b: { provider_family: 'trivial' } });
    const stitch = differences.find((found) => found.stage === 'stitch');
    expect(stitch?.fields).toEqual(['/scenes/1/storyboard/transcript', '/scenes/1/speech/words']);
    expect(differences.some((found) => found.scene === 1 || found.scene === 3)).toBe(false);
  });

  it('tells another take of the same from other input', async () => {
    const a = await film();
    const b = await resumed(a, { from_stage: 'lip_sync', scenes: [3] });
    const { first_difference, differences } = await compare(a, b);
    expect(first_difference).toEqual({ stage: 'lip_sync', scene: 3, reason: 'parameters' });
    expect(differences.every((found) => found.reason === 'parameters' && found.fields.length === 0)).toBe(true);
  });

  it('names settings of the film where they take effect', async () => {
    const [a, b] = [await film(), await film({ output: { aspect_ratio: '9:16' } })];
    const { first_difference, differences } = await compare(a, b);
    expect(first_difference).toEqual({ stage: 'payload', scene: null, reason: 'input' });
    expect(differences[0]?.fields).toEqual(['/output/aspect_ratio', '/size/width', '/size/height']);
    expect(differences.find((found) => found.stage === 'backgrounds')?.fields).toEqual(['/size/width', '/size/height']);
    expect(differences.some((found) => found.stage === 'speech')).toBe(false);
  });

  it('calls what only one of them has missing', async () => {
    const [a, b] = [await film(), await film({ mode: 'pose' })];
    const found = (await compare(a, b)).differences.filter((one) => one.stage === 'broll_pose');
    expect(found.map(({ scene, reason }) => `${scene} ${reason}`)).toEqual(['1 missing', '2 missing', '3 missing']);
    expect(found[0]).toMatchObject({ a: null });
  });

  it('is refused for a job of another tenant', async () => {
    const a = await film();
    for (const path of [`/v1/jobs/${a}/diff/job_${'9'.repeat(32)}`, `/v1/jobs/job_${'9'.repeat(32)}/diff/${a}`]) {
      expect((await company.http.get(path)).body).toMatchObject({ status: 404, code: 'job_not_found' });
    }
    expect((await company.http.get(`/v1/jobs/${a}/diff/${a}`, { tenant: 'other' })).status).toBe(404);
  });

  it('finds the words of the reviewer behind work that was made again', async () => {
    const gated = { require_approval: ['backgrounds'] };
    const [a, b] = await Promise.all([company.submit(output(avatarId, gated)), company.submit(output(avatarId, gated))]);
    await decide(a, { decision: 'approved', revision: 1 });
    await decide(b, { decision: 'changes_requested', revision: 1, scenes: [2], note: 'calmer' });
    await decide(b, { decision: 'approved', revision: 1, scenes: [1, 3] });
    await decide(b, { decision: 'approved', revision: 2 });
    await Promise.all([company.ended(a), company.ended(b)]);
    const { first_difference, differences } = await compare(a, b);
    expect(first_difference).toEqual({ stage: 'backgrounds', scene: 2, reason: 'input' });
    expect(differences[0]?.fields).toEqual(['/note']);
    expect(differences.find((found) => found.stage === 'scene_assets')).toMatchObject({ scene: 2, fields: ['/background'] });
  });

  async function decide(jobId: string, decision: { decision: string; revision: number; scenes?: number[]; note?: string }): Promise<void> {
    await eventually(`the gate of ${jobId} opened`, async () => {
      const body = { gate: 'backgrounds', decided_by: 'rev@example.com', idempotency_key: newKey(), ...decision };
      const answer = await company.http.post(`/v1/jobs/${jobId}/approvals`, body);
      return answer.status === 202;
    });
  }
});
