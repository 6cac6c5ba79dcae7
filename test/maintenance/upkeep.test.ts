import { randomBytes } from 'node:crypto';
import type { AssetReport, RetentionReport } from '../../activities/maintenance/maintenance';
import { keepAsset } from '../../db/assets';
import { newKey, output } from '../api/support/data';
import { startCompany, type Company } from '../support/company';
import { createKeepingFamily } from '../support/keeping-family';
import { addOutcome, runSweep } from './run-sweep';

const DAY_MS = 86_400_000;

describe('the upkeep of assets', () => {
  let company: Company;

  beforeAll(async () => {
    const adapters = createKeepingFamily({ scenes: () => 2, onCall: () => undefined });
    company = await startCompany(adapters, {
      queues: ['avatar', 'media', 'retry', 'maintenance'],
      upkeep: { keep_events_ms: 30 * DAY_MS, keep_intermediates_ms: 30 * DAY_MS },
    });
  });
  afterAll(async () => company.close());

  const readable = async (assetId: string): Promise<boolean> => (await company.http.get(`/v1/assets/${assetId}`)).status === 200;
  const upload = async (bytes = randomBytes(64)) =>
    (await company.http.send('POST', '/v1/assets', { headers: { 'content-type': 'image/png' }, body: bytes })).body as { asset_id: string; sha256: string };
  const collect = (request = {}) => runSweep<AssetReport>(company.orchestra, 'collectAssets', { older_than_ms: -1_000, ...request });
  const retain = (request = {}) => runSweep<RetentionReport>(company.orchestra, 'applyRetention', request);
  const film = async () => company.submit(output(await company.avatar()));

  describe('collects an upload that no job has used', () => {
    it('in three steps, none of which is taken by a dry run: noted, unreadable, gone from storage', async () => {
      const bytes = randomBytes(64);
      const asset = await upload(bytes);
      expect((await collect({ older_than_ms: undefined })).orphaned).not.toContain(asset.asset_id);
      expect((await collect({ dry_run: true })).orphaned).toContain(asset.asset_id);
      expect((await collect({ tenant: 'other' })).orphaned).toEqual([]);
      expect((await collect()).orphaned).toContain(asset.asset_id);
      expect(await readable(asset.asset_id)).toBe(true);
      expect((await collect({ dry_run: true })).erased).toContain(asset.asset_id);
      expect((await collect()).erased).toContain(asset.asset_id);
      expect(await readable(asset.asset_id)).toBe(false);
      expect(await company.api.deps.store.exists({ tenant: 'demo', sha256: asset.sha256 })).toBe(true);
      expect((await collect()).removed).toContain(asset.asset_id);
      expect(await company.api.deps.store.exists({ tenant: 'demo', sha256: asset.sha256 })).toBe(false);
      expect(await collect()).toMatchObject({ orphaned: [], erased: [], removed: [] });
      expect(await upload(bytes)).toMatchObject({ asset_id: asset.asset_id });
      expect(await readable(asset.asset_id)).toBe(true);
    });

    it('but not one that a job has begun to use meanwhile', async () => {
      const asset = await upload();
      expect((await collect()).orphaned).toContain(asset.asset_id);
      await company.submit(output(await company.avatar(), { output: { background: { asset_id: asset.asset_id } } }));
      expect((await collect()).erased).not.toContain(asset.asset_id);
      expect((await collect()).orphaned).not.toContain(asset.asset_id);
      expect(await readable(asset.asset_id)).toBe(true);
    });
  });

  it('leaves everything that a job, finished or not, was made of and has made', async () => {
    const job = await film();
    expect(await company.ended(job)).toMatchObject({ status: 'completed' });
    const { body } = await company.http.get(`/v1/jobs/${job}/stages`);
    const made = body.stages.flatMap((step: { assets: { asset_id: string }[] }) => step.assets.map((asset) => asset.asset_id));
    expect(made.length).toBeGreaterThan(5);
    for (let sweep = 0; sweep < 3; sweep += 1) await collect();
    for (const asset of made) expect(await readable(asset)).toBe(true);
  });

  it('keeps no row of bytes that were removed while they were stored anew', async () => {
    const { pool } = company.api.deps;
    const asset = await upload();
    await pool.query('update assets set erased_at = now(), bytes_erased_at = now() where asset_id = $1', [asset.asset_id]);
    const again = { ...asset, tenant: 'demo', content_type: 'image/png', bytes: 64, now: new Date() };
    await expect(keepAsset(pool, { exists: async () => false }, again)).rejects.toThrow('removed while');
    expect(await readable(asset.asset_id)).toBe(false);
    await keepAsset(pool, company.api.deps.store, again);
    expect(await readable(asset.asset_id)).toBe(true);
  });

  describe('after the days that the settings say', () => {
    it('keeps the result of a film and forgets its intermediates and events, and a resume says what is missing', async () => {
      const { pool } = company.api.deps;
      const [old, young] = [await film(), await film()];
      for (const job of [old, young]) expect(await company.ended(job)).toMatchObject({ status: 'completed' });
      const kinds = async (job: string, kind: string): Promise<string[]> =>
        (await pool.query(`select asset ->> 'asset_id' as id from steps, jsonb_array_elements(assets) asset where job_id = $1 and asset ->> 'kind' = $2`, [job, kind])).rows.map((row) => row.id);
      const [layers = '', video = '', youngLayers = ''] = [(await kinds(old, 'layers'))[0], (await kinds(old, 'video'))[0], (await kinds(young, 'layers'))[0]];
      const paid = await addOutcome(pool, old);
      expect(await retain()).toEqual({ events_of: [], thinned: [], assets: 0 });
      await pool.query(`update jobs set finished_at = now() - interval '31 days' where job_id = $1`, [old]);
      await pool.query(`update assets set created_at = now() - interval '31 days'`);
      const dry = await retain({ dry_run: true });
      expect(dry).toEqual({ events_of: [old], thinned: [old], assets: expect.any(Number) });
      expect(await readable(layers)).toBe(true);
      expect(await retain()).toEqual(dry);
      expect([await readable(layers), await readable(paid), await readable(video), await readable(youngLayers)]).toEqual([false, false, true, true]);
      expect((await company.http.get(`/v1/jobs/${old}/events`)).body.events).toEqual([]);
      expect((await company.http.get(`/v1/jobs/${young}/events`)).body.events.length).toBeGreaterThan(5);
      expect(await retain()).toEqual({ events_of: [], thinned: [], assets: 0 });
      const resume = (job: string) => company.http.post(`/v1/jobs/${job}/retry`, { idempotency_key: newKey(), from_stage: 'enhance', scope: 'downstream' });
      expect((await resume(old)).body).toMatchObject({ status: 422, code: 'resume_point_missing' });
      expect((await resume(young)).status).toBe(202);
    });

    it('says in a dry run what would go at another age', async () => {
      const job = await film();
      await company.ended(job);
      expect((await retain({ dry_run: true, older_than_ms: 0 })).thinned).toContain(job);
      expect((await retain({ dry_run: true, older_than_ms: 0, tenant: 'other' })).thinned).toEqual([]);
    });
  });
});
