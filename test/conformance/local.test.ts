import type { WorkContext } from '../../adapters/capabilities/adapter';
import { createComputePool } from '../../adapters/local/compute/pool';
import { createLocalFamily } from '../../adapters/local/family';
import type { SceneLight } from '../../contracts/stages';
import { createTestContext, ffmpegPath, type TestContext } from '../adapters/local/assembly/test-context';
import { plain } from '../adapters/local/image/portrait';
import { LOCAL_ROWS, startWorkpiece } from './local-rows';

/** The local family has no server that could fail; what the table asks of it instead. */
describe('the local family', () => {
  const pool = createComputePool({ size: 1 });
  const family = createLocalFamily({ pool, ffmpegPath: ffmpegPath() });
  const { finishing } = family;
  let context: TestContext;
  let piece: Awaited<ReturnType<typeof startWorkpiece>>;
  let purchases = 0;
  beforeAll(async () => {
    context = await createTestContext();
    piece = await startWorkpiece(context);
  });
  afterAll(async () => {
    await pool.close();
    await context.remove();
    expect(purchases).toBe(0);
  });

  const working = (signal: AbortSignal = context.signal): WorkContext => ({ ...context, signal, operate: () => ((purchases += 1), Promise.reject(new Error('nothing is bought here'))) });

  describe.each(LOCAL_ROWS)('as $capability', ({ capability, perform, refuse, expected }) => {
    it('costs nothing and says that it can be repeated', () => {
      const { traits, ...said } = family[capability];
      expect(said).toMatchObject({ family: 'local', capability, specification_version: 1, model: expect.stringMatching(/./) });
      expect(traits).toMatchObject({ cost: 'free', dedupe: 'deterministic', webhook: false });
    });

    it('makes the same bytes from the same request', async () => {
      const made = await perform(family, piece, working());
      expect(made).toMatchObject(expected);
      expect(await perform(family, piece, working())).toEqual(made);
    });

    // Planning takes no longer than a look at the signal.
    if (capability !== 'plan') {
      it('ends when its job is cancelled', async () => {
        await expect(perform(family, { ...piece }, working(AbortSignal.abort(new Error('cancelled'))))).rejects.toThrow('cancelled');
      });
    }

    if (refuse) {
      it('refuses with a reason what it cannot do', () => {
        expect(refuse(family, piece)).toEqual({ ok: false, reason: expect.stringMatching(/^.{20,}$/) });
      });
    }
  });

  it('composes first frames and clips for providers that work on those, at the film’s size', async () => {
    const target = { size: { width: 426, height: 240 }, fps: 25, duration_ms: 400 };
    const { plate, mesh } = piece.identity ?? (await family.image.neutralImage({ photo: piece.photo, rotation: 0, seed: 7, style: null }, context));
    const background = await context.put('image/png', await plain(426, 240, '#667788').png().toBuffer());
    const light: SceneLight = { tint: [1, 1, 1], level: 0.6, direction: 'front' };
    const scene = { ...target, plate, mesh, background, light, framing: 'medium', pose: { name: 'neutral', intensity: 1 }, note: null, seed: 3, scene: 1 } as const;
    const frame = await finishing.firstFrame(scene, context);
    expect(frame.content_type).toBe('image/jpeg');
    const { layers } = await family.video.perform(scene, context);
    if (!layers) throw new Error('The local family works in layers.');
    expect(await finishing.sceneClip({ layers, track: null }, target, context)).toMatchObject({ frames: 10, size: target.size, video: { content_type: 'video/mp4' } });
  });
});
