import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Sweep } from '../../api/sweep';
import type { AssetReport, ErasureReport } from '../../activities/maintenance/maintenance';
import { CONSENT, makeAvatar, newKey, output } from '../api/support/data';
import { clientOf } from '../api/support/client';
import { startApi } from '../api/support/start-api';
import { startTestTemporal } from '../setup/temporal';
import { startCompany, type Company } from '../support/company';
import { eventually } from '../support/eventually';
import { createKeepingFamily } from '../support/keeping-family';
import { conduct } from '../support/orchestra';
import { createTrivialFamily } from '../support/trivial-family';
import { addOutcome, runSweep } from './run-sweep';

describe('an avatar that is deleted', () => {
  let company: Company;

  beforeAll(async () => {
    const adapters = createKeepingFamily({ scenes: () => 2, onCall: () => undefined });
    company = await startCompany(adapters, { queues: ['avatar', 'media', 'retry', 'maintenance'] });
  });
  afterAll(async () => company.close());

  const readable = async (assetId: string): Promise<boolean> => (await company.http.get(`/v1/assets/${assetId}`)).status === 200;
  const isStored = (sha256: string): Promise<boolean> => company.api.deps.store.exists({ tenant: 'demo', sha256 });
  const now = { older_than_ms: -1_000 };

  /** The assets that a job's stages left behind, of one kind. */
  async function assetsOf(job: string, kind: string): Promise<string[]> {
    const { body } = await company.http.get(`/v1/jobs/${job}/stages`);
    return body.stages.flatMap((step: { assets: { kind: string; asset_id: string }[] }) => step.assets.filter((asset) => asset.kind === kind).map((asset) => asset.asset_id));
  }

  async function create(): Promise<{ job: string; avatar: string; photo: { asset_id: string; sha256: string }; neutral: string }> {
    const { body: photo } = await company.http.send('POST', '/v1/assets', { headers: { 'content-type': 'image/png' }, body: randomBytes(64) });
    const request = { contract: 'v3', job_type: 'avatar_creation', idempotency_key: newKey(), photos: [{ asset_id: photo.asset_id }], consent: CONSENT };
    const job = await company.submit(request);
    const { result } = (await company.ended(job)) as unknown as { result: { avatar_id: string; neutral_image: { asset_id: string } } };
    return { job, avatar: result.avatar_id, photo, neutral: result.neutral_image.asset_id };
  }

  it('stops what runs, keeps finished films and the proof, and leaves no other picture behind', async () => {
    const { avatar, photo, neutral } = await create();
    const film = await company.submit(output(avatar));
    expect(await company.ended(film)).toMatchObject({ status: 'completed' });
    const waiting = await company.submit(output(avatar, { require_approval: ['video_assets'] }));
    await eventually('it waits at the rough cut', async () => (await company.http.get(`/v1/jobs/${waiting}`)).body.awaiting[0]);
    const layers = [...(await assetsOf(film, 'layers')), ...(await assetsOf(waiting, 'layers'))];
    const [video] = await assetsOf(film, 'video');
    expect(layers).toHaveLength(4);
    layers.push(await addOutcome(company.api.deps.pool, film));

    expect((await company.http.send('DELETE', `/v1/avatars/${avatar}`)).status).toBe(202);
    for (const asset of [photo.asset_id, neutral, ...layers]) expect(await readable(asset)).toBe(false);
    // The bytes are still there for stages that are about to end.
    expect(await isStored(photo.sha256)).toBe(true);
    expect(await company.ended(waiting)).toMatchObject({ status: 'cancelled' });
    expect((await company.http.post('/v1/jobs', output(avatar))).body).toMatchObject({ status: 422, code: 'avatar_revoked' });

    // A stage that was about to end stores what it made all the same.
    await company.api.deps.pool.query('update assets set erased_at = null where asset_id = $1', [layers[0]]);
    expect((await runSweep<ErasureReport>(company.orchestra, 'eraseAvatars')).erased).toEqual([]);
    const dry = await runSweep<ErasureReport>(company.orchestra, 'eraseAvatars', { ...now, dry_run: true });
    expect(dry).toEqual({ stopped: [], erased: [{ avatar_id: avatar, assets: 1 }], left_at_providers: [] });
    expect(await readable(layers[0] ?? '')).toBe(true);
    expect(await runSweep<ErasureReport>(company.orchestra, 'eraseAvatars', now)).toEqual(dry);
    for (const asset of [...layers, ...(await assetsOf(waiting, 'face_track')), ...(await assetsOf(film, 'face_track'))]) expect(await readable(asset)).toBe(false);
    expect(await readable(video ?? '')).toBe(true);
    expect((await runSweep<ErasureReport>(company.orchestra, 'eraseAvatars', now)).erased).toEqual([]);

    expect((await runSweep<AssetReport>(company.orchestra, 'collectAssets')).removed).toEqual([]);
    const { removed } = await runSweep<AssetReport>(company.orchestra, 'collectAssets', now);
    expect(removed).toEqual(expect.arrayContaining([photo.asset_id, neutral, ...layers]));
    expect(removed).not.toContain(video);
    expect(await isStored(photo.sha256)).toBe(false);
    expect((await company.http.get(`/v1/avatars/${avatar}/versions/1`)).body).toMatchObject({ neutral_image: null, consent: { ...CONSENT, revoked_at: expect.any(String) } });
  });

  it('leaves what somebody else needs: a photo that another avatar was made of, or that stands behind another film', async () => {
    const [first, second] = [await create(), await create()];
    await company.api.deps.pool.query(`update jobs set snapshot = jsonb_set(snapshot::jsonb, '{photos,0,asset_id}', to_jsonb($2::text)) where avatar_id = $1`, [second.avatar, first.photo.asset_id]);
    const { body: background } = await company.http.send('POST', '/v1/assets', { headers: { 'content-type': 'image/png' }, body: randomBytes(64) });
    await company.ended(await company.submit(output(first.avatar, { output: { background: { asset_id: background.asset_id } } })));
    await company.http.send('DELETE', `/v1/avatars/${first.avatar}`);
    await runSweep(company.orchestra, 'eraseAvatars', now);
    expect([await readable(first.photo.asset_id), await readable(first.neutral), await readable(background.asset_id)]).toEqual([true, false, true]);
    expect([await readable(second.neutral)]).toEqual([true]);
  });

  it('hands out no new link to what was erased, and goes on to link the films', async () => {
    const { job, avatar } = await create();
    const film = await company.submit(output(avatar));
    await company.ended(film);
    const shown = async (id: string) => {
      const { events } = (await company.http.get(`/v1/jobs/${id}/events?limit=1000`)).body;
      const { jobs } = (await company.http.get('/v1/jobs?limit=100')).body;
      const listed = jobs.find((one: { job_id: string }) => one.job_id === id);
      return [(await company.http.get(`/v1/jobs/${id}`)).body.result, listed.result, events.at(-1).data.result];
    };
    for (const result of await shown(job)) expect(result).toMatchObject({ avatar_id: avatar, neutral_image: { url: expect.any(String) } });
    await company.http.send('DELETE', `/v1/avatars/${avatar}`);
    for (const result of await shown(job)) expect(result).toMatchObject({ avatar_id: avatar, neutral_image: null, character_sheet: null });
    for (const result of await shown(film)) expect(result).toMatchObject({ video: { url: expect.any(String) }, rough_cut: { url: expect.any(String) } });
  });

  it('shows an empty timeline where that was erased', async () => {
    const film = await company.submit(output((await create()).avatar));
    await company.ended(film);
    const timeline = async () => (await company.http.get(`/v1/jobs/${film}/timeline`)).body;
    expect(await timeline()).toMatchObject({ job_id: film, duration_ms: 2000 });
    await company.api.deps.pool.query('update assets set erased_at = now() where asset_id = any($1)', [await assetsOf(film, 'timeline')]);
    expect(await timeline()).toEqual({ job_id: film, duration_ms: 0, fps: 25, scenes: [] });
  });

  it('stops a job that was accepted in the same moment', async () => {
    const { avatar } = await create();
    const job = await company.submit(output(avatar, { require_approval: ['storyboard'] }));
    await eventually('the gate is open', async () => (await company.http.get(`/v1/jobs/${job}`)).body.awaiting[0]);
    await company.api.deps.pool.query('update avatars set revoked_at = now() where avatar_id = $1', [avatar]);
    expect((await runSweep<ErasureReport>(company.orchestra, 'eraseAvatars', { dry_run: true, tenant: 'other' })).stopped).toEqual([]);
    expect((await runSweep<ErasureReport>(company.orchestra, 'eraseAvatars')).stopped).toEqual([job]);
    expect(await company.ended(job)).toMatchObject({ status: 'cancelled' });
  });
});

describe('an avatar that is deleted while Temporal is away', () => {
  it('stops the jobs that use it as soon as the server is back, and refuses new ones at once', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'understudy-away-'));
    const dbFile = path.join(folder, 'temporal.db');
    const before = await startTestTemporal({ dbFile });
    const api = await startApi({ TEMPORAL_ADDRESS: before.address });
    const adapters = createTrivialFamily({ scenes: () => 1, onCall: () => undefined });
    const orchestra = await conduct({ adapters, address: before.address, databaseUrl: api.databaseUrl, queues: ['avatar', 'media'] });
    const http = clientOf(() => api);
    const sweep = new Sweep(api.deps);
    sweep.start();
    const avatar = await makeAvatar(api);
    const status = async (job: string): Promise<string> => (await http.get(`/v1/jobs/${job}`)).body.status;
    const started = (await http.post('/v1/jobs', output(avatar, { require_approval: ['storyboard'] }))).body.job_id;
    await eventually('the gate is open', async () => (await status(started)) === 'waiting_for_approval');
    await before.stop();
    const unstarted = (await http.post('/v1/jobs', output(avatar))).body.job_id;
    expect((await http.send('DELETE', `/v1/avatars/${avatar}`)).status).toBe(202);
    expect([await status(started), await status(unstarted)]).toEqual(['cancelling', 'cancelling']);
    expect((await http.post('/v1/jobs', output(avatar))).body.code).toBe('avatar_revoked');
    const after = await startTestTemporal({ dbFile, port: Number(before.address.split(':')[1]) });
    for (const job of [started, unstarted]) await eventually('it is cancelled', async () => (await status(job)) === 'cancelled');
    const { rows } = await api.deps.pool.query(`select count(*)::integer as calls from steps where job_id = $1`, [unstarted]);
    expect(rows[0].calls).toBe(0);
    await sweep.stop();
    await orchestra.close();
    await api.stop();
    await after.stop();
    await rm(folder, { recursive: true, force: true });
  });
});
