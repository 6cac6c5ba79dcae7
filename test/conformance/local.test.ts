import { readFile } from 'node:fs/promises';
import type { BackgroundRequest } from '../../adapters/capabilities/background';
import { createComputePool } from '../../adapters/local/compute/pool';
import { createLocalFamily } from '../../adapters/local/family';
import type { SceneLight } from '../../contracts/stages';
import { createTestContext, ffmpegPath, type TestContext } from '../adapters/local/assembly/test-context';
import { plain, portrait } from '../adapters/local/image/portrait';

/** The local family has no server that could fail; what the table asks of it instead. */
describe('the local family', () => {
  const pool = createComputePool({ size: 1 });
  const family = createLocalFamily({ pool, ffmpegPath: ffmpegPath() });
  const { finishing } = family;
  let context: TestContext;
  beforeAll(async () => (context = await createTestContext()));
  afterAll(async () => {
    await pool.close();
    await context.remove();
  });

  const BACKGROUND: BackgroundRequest = {
    visual: { background: { prompt: 'a bright office', asset: null }, place: 'office', time_of_day: 'day', mood: 'calm' },
    ...{ size: { width: 426, height: 240 }, note: null, seed: 7, scene: 2 },
  };

  const TARGET = { size: { width: 426, height: 240 }, fps: 25, duration_ms: 400 };
  const CLIPLESS = { ...TARGET, layers: null, track: null, clip: null, cutaways: [], burn: null, watermark: null };

  it('costs nothing and says that it can be repeated', () => {
    const { inspector: _, assembly: _assembly, finishing: _finishing, ...adapters } = family;
    for (const { traits, family: name } of Object.values(adapters)) {
      expect({ name, cost: traits.cost, dedupe: traits.dedupe, webhook: traits.webhook }).toEqual({ name: 'local', cost: 'free', dedupe: 'deterministic', webhook: false });
    }
    expect(family.background.estimate(BACKGROUND)).toEqual({ low: 0, high: 0 });
  });

  it('makes the same bytes from the same request, and never asks for a purchase', async () => {
    const noPurchase = { ...context, operate: () => Promise.reject(new Error('nothing is bought here')) };
    const made = [await family.background.perform(BACKGROUND, noPurchase), await family.background.perform(BACKGROUND, noPurchase)];
    expect(made[0]?.image.sha256).toBe(made[1]?.image.sha256);
    expect((await readFile(await context.open(made[0]!.image))).length).toBeGreaterThan(1_000);
  });

  it('ends when its job is cancelled', async () => {
    const controller = new AbortController();
    controller.abort(new Error('cancelled'));
    await expect(family.background.perform({ ...BACKGROUND, seed: 8 }, { ...context, signal: controller.signal })).rejects.toThrow('cancelled');
  });

  it('refuses with a reason what it cannot do', () => {
    expect(family.background.supports({ ...BACKGROUND, size: { width: 9_000, height: 9_000 } })).toMatchObject({ ok: false, reason: expect.stringContaining('pixels') });
    expect(family.enhance.supports({ ...CLIPLESS, layers: null })).toMatchObject({ ok: false });
  });

  it('composes first frames and clips for providers that work on those, at the film’s size', async () => {
    const photo = await context.put('image/png', await portrait().png().toBuffer());
    const { plate, mesh } = await family.image.neutralImage({ photo, rotation: 0, seed: 4, style: null }, context);
    const background = await context.put('image/png', await plain(426, 240, '#667788').png().toBuffer());
    const light: SceneLight = { tint: [1, 1, 1], level: 0.6, direction: 'front' };
    const scene = { ...TARGET, plate, mesh, background, light, framing: 'medium', pose: { name: 'neutral', intensity: 1 }, note: null, seed: 3, scene: 1 } as const;
    const frame = await finishing.firstFrame(scene, context);
    expect(frame.content_type).toBe('image/jpeg');
    const { layers } = await family.video.perform(scene, context);
    if (!layers) throw new Error('The local family works in layers.');
    expect(await finishing.sceneClip({ layers, track: null }, TARGET, context)).toMatchObject({ frames: 10, size: TARGET.size, video: { content_type: 'video/mp4' } });
  });
});
