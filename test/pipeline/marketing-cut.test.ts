import { createLocalAssembly } from '../../adapters/local/assembly/local-assembly';
import { createComputePool } from '../../adapters/local/compute/pool';
import { revokeAvatar } from '../../db/avatars';
import { makeFilm } from '../adapters/local/assembly/cut-film';
import { createTestContext, ffmpegPath, type TestContext } from '../adapters/local/assembly/test-context';
import { TOTAL_MS } from '../adapters/local/assembly/test-film';
import { newKey, output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { createFilmFamily } from '../support/film-family';

interface Cut {
  name: string;
  video: { asset_id: string; sha256: string; content_type: string; url: string; duration_ms: number; width: number; height: number; fps: number };
  poster: { content_type: string; url: string };
  captions: { format: string }[];
}

describe('a marketing cut', () => {
  const pool = createComputePool({ size: 1 });
  let shelf: TestContext;
  let company: Company;
  let avatarId: string;
  const calls: string[] = [];
  let broken = false;
  let filmJob: string;

  beforeAll(async () => {
    const assembly = createLocalAssembly(pool, ffmpegPath());
    shelf = await createTestContext();
    const film = await makeFilm(assembly, shelf);
    const onCall = ({ operation }: { operation: string }): void => {
      calls.push(operation);
      if (broken) throw Object.assign(new Error('x'), { name: 'VoiceSampleRejected', code: 'stage_failed' });
    };
    company = await startCompany(createFilmFamily({ film, shelf, assembly }, { scenes: () => 3, onCall }));
    avatarId = await company.avatar();
    filmJob = await company.submit(output(avatarId));
    expect(await company.ended(filmJob)).toMatchObject({ status: 'completed' });
  });
  afterAll(async () => {
    await company.close();
    await pool.close();
    await shelf.remove();
  });
  beforeEach(() => {
    calls.length = 0;
    broken = false;
  });

  function campaign(change: Record<string, unknown> = {}) {
    const cuts = [
      { name: 'story', aspect_ratio: '9:16', captions: 'burned', max_duration_ms: 6_000 },
      { name: 'square', aspect_ratio: '1:1' },
    ];
    return { contract: 'v3', job_type: 'marketing_cut', idempotency_key: newKey(), job_id: filmJob, cuts, ...change };
  }

  async function completed(body: object) {
    const job = await company.ended(await company.submit(body));
    expect(job).toMatchObject({ status: 'completed', error: null });
    return job as unknown as { job_id: string; parent_job_id: string; result: { cuts: Cut[]; manifest: { content_type: string } } };
  }

  it('makes every cut that was asked for out of the finished film, without a stage of it', async () => {
    const { result, parent_job_id } = await completed(campaign());
    expect(parent_job_id).toBe(filmJob);
    expect(calls).toEqual(['cuts', 'cuts']);
    const [story, square] = result.cuts;
    expect(story).toMatchObject({ name: 'story', video: { content_type: 'video/mp4', width: 720, height: 1280, fps: 25 }, captions: [{ format: 'vtt' }, { format: 'srt' }] });
    expect(story!.video.duration_ms).toBeLessThanOrEqual(6_000);
    expect(square).toMatchObject({ name: 'square', video: { width: 720, height: 720, duration_ms: TOTAL_MS }, poster: { content_type: 'image/jpeg' }, captions: [] });
    for (const url of [story!.video.url, square!.poster.url]) expect(url).toMatch(/^http/);
    expect(result.manifest.content_type).toBe('application/json');
  });

  it('runs on its own queue with the stages that the answer names', async () => {
    const { job_id } = await completed(campaign({ cuts: [{ name: 'square', aspect_ratio: '1:1' }] }));
    const description = await company.orchestra.handle(job_id).describe();
    expect([description.type, description.taskQueue]).toEqual(['marketingCut', 'marketing']);
    const { stages } = (await company.http.get(`/v1/jobs/${job_id}/stages`)).body;
    expect(stages.map((step: { stage: string; status: string; label: string }) => `${step.stage} ${step.status}: ${step.label}`)).toEqual([
      'source completed: Finding the film',
      'cuts completed: Making the cuts',
      'publish completed: Publishing the cuts',
    ]);
  });

  it('gives the same bytes to whoever asks again', async () => {
    const [first, second] = [await completed(campaign()), await completed(campaign())];
    const digests = ({ result }: typeof first) => result.cuts.map((cut) => cut.video.sha256);
    expect(digests(second)).toEqual(digests(first));
  });

  it('goes on at the cuts after they failed', async () => {
    broken = true;
    const failed = await company.submit(campaign());
    expect(await company.ended(failed)).toMatchObject({ status: 'failed', error: { stage: 'cuts', resumable_from: 'cuts' } });
    broken = false;
    const retry = await company.submit({ from_stage: 'cuts', scope: 'downstream', idempotency_key: newKey() }, `/v1/jobs/${failed}/retry`);
    expect(await company.ended(retry)).toMatchObject({ status: 'completed', parent_job_id: failed });
  });

  it('says beforehand what it will do', async () => {
    const { status, body } = await company.http.post('/v1/jobs?validate_only=true', campaign());
    expect(status).toBe(200);
    expect(body).toMatchObject({ valid: true, problems: [] });
    expect(body.stages.map((item: { stage: string; action: string }) => `${item.stage} ${item.action}`)).toEqual(['source run', 'cuts run', 'publish run']);
  });

  it('is refused for a job without a finished film', async () => {
    const refusal = async (job_id: string) => {
      const { status, body } = await company.http.post('/v1/jobs', campaign({ job_id }));
      return [status, body.code, body.errors?.[0]?.pointer];
    };
    broken = true;
    const failed = await company.submit(output(avatarId));
    await company.ended(failed);
    expect(await refusal(failed)).toEqual([422, 'film_missing', '/job_id']);
    broken = false;
    const waiting = await company.submit(output(avatarId, { require_approval: ['script'] }));
    expect(await refusal(waiting)).toEqual([409, 'job_not_finished', '/job_id']);
    expect(await refusal(`job_${'9'.repeat(32)}`)).toEqual([404, 'job_not_found', '/job_id']);
    const cuts = await completed(campaign({ cuts: [{ name: 'square', aspect_ratio: '1:1' }] }));
    expect(await refusal(cuts.job_id)).toEqual([422, 'film_missing', '/job_id']);
    await company.http.post(`/v1/jobs/${waiting}/cancel`);
    await company.ended(waiting);
  });

  it('is refused for a film of another tenant and of an avatar that was deleted', async () => {
    const foreign = await company.http.post('/v1/jobs', campaign(), { tenant: 'other' });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'job_not_found']);
    const doomed = await company.avatar();
    const job_id = await company.submit(output(doomed));
    await company.ended(job_id);
    await revokeAvatar(company.api.deps.pool, doomed, new Date());
    const revoked = await company.http.post('/v1/jobs', campaign({ job_id }));
    expect([revoked.status, revoked.body.code]).toEqual([422, 'avatar_revoked']);
  });
});
