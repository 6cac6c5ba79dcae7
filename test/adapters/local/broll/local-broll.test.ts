import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { BrollPoseRequest, PoseTrack } from '../../../../adapters/capabilities/broll';
import { chooseCutaways } from '../../../../adapters/local/broll/choose-cutaways';
import { createLocalBroll } from '../../../../adapters/local/broll/local-broll';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import type { AssetRef, SpeechTiming } from '../../../../contracts/media';
import { createTestContext } from '../assembly/test-context';
import type { TestContext } from '../assembly/test-context';
import { makeTiming } from '../assembly/test-film';

const pool = createComputePool({ size: 1 });
const broll = createLocalBroll(pool);
const TEXT = 'We made it simple for everybody, because refunds come within 3 days and nobody waits.';
const SIZE = { width: 320, height: 180 };
let context: TestContext;

beforeAll(async () => {
  context = await createTestContext();
});

afterAll(async () => {
  await pool.close();
  await context.remove();
});

async function ask(changes: Partial<BrollPoseRequest> = {}, duration_ms = 8_000): Promise<BrollPoseRequest> {
  const timing = await context.storeJson('speech_timing', makeTiming(TEXT, duration_ms));
  return {
    kind: 'b_roll',
    pose: { name: 'neutral', intensity: 0.5 },
    b_roll: { prompt: null, asset: null },
    transcript: TEXT,
    timing,
    size: SIZE,
    fps: 25,
    duration_ms,
    note: null,
    seed: 1,
    scene: 1,
    ...changes,
  };
}

const picture = async (): Promise<AssetRef> =>
  context.put(
    'image/png',
    await sharp({ create: { width: 400, height: 400, channels: 3, background: '#c02020' } })
      .png()
      .toBuffer(),
  );

describe('b-roll', () => {
  it('makes one card with the phrase that carries the scene, in the size of the frame', async () => {
    const { cutaways, track, warnings } = await broll.perform(await ask(), context);
    expect(cutaways.map((cutaway) => cutaway.title)).toEqual([expect.stringMatching(/3 days/)]);
    expect(await sharp(await context.open(cutaways[0]!.asset)).metadata()).toMatchObject({
      format: 'jpeg',
      ...SIZE,
    });
    expect([track, warnings]).toEqual([null, []]);
  });

  it('shows the phrase that the storyboard names, where the scene has a card for it', () => {
    const spoken = makeTiming('Sixty boats leave before breakfast. Our harbour opens early. Then it is quiet for hours and hours.', 9_000);
    const bounds = [[0, 4], [5, 8], [9, 16]] as const;
    const sentences = bounds.map(([from, to]) => ({ text: '', start_ms: spoken.words[from]!.start_ms, end_ms: spoken.words[to]!.end_ms }));
    const titles = (prompt: string | null) => chooseCutaways({ ...spoken, sentences }, 9_000, prompt).map(({ title }) => title);
    expect(titles(null)).toEqual(['Sixty boats leave before breakfast']);
    expect(titles('harbour opens')).toEqual(['Harbour opens']);
    expect(titles('a red bicycle')).toEqual(titles(null));
  });

  it('is the same twice and another with a note', async () => {
    const first = await broll.perform(await ask(), context);
    expect(await broll.perform(await ask(), context)).toEqual(first);
    const noted = await broll.perform(await ask({ note: 'by the sea' }), context);
    expect(noted.cutaways[0]?.asset.sha256).not.toBe(first.cutaways[0]?.asset.sha256);
  });

  it("shows a caller's picture as it is, once", async () => {
    const { cutaways } = await broll.perform(
      await ask({ b_roll: { prompt: null, asset: await picture() } }, 20_000),
      context,
    );
    expect(cutaways).toMatchObject([{ title: null }]);
    const { channels } = await sharp(await context.open(cutaways[0]!.asset)).stats();
    expect(channels.map((channel) => channel.stdev < 2)).toEqual([true, true, true]);
  });

  it('says that a scene is too short for a cutaway', async () => {
    expect(await broll.perform(await ask({}, 2_000), context)).toMatchObject({
      cutaways: [],
      warnings: ['the scene is too short for a cutaway'],
    });
  });

  it('refuses films with a reason, and a playlist that calls itself a picture', async () => {
    const film = { ...(await picture()), content_type: 'video/mp4' };
    expect(broll.supports(await ask({ b_roll: { prompt: null, asset: film } }))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('not films'),
    });
    const playlist = await context.put('image/png', '#EXTM3U\n#EXTINF:1,\n/etc/passwd\n');
    await expect(
      broll.perform(await ask({ b_roll: { prompt: null, asset: playlist } }), context),
    ).rejects.toMatchObject({ code: 'photo_type_unsupported' });
  });
});

describe('cutaways', () => {
  const timings = fc
    .array(
      fc.record({
        gap: fc.integer({ min: 0, max: 600 }),
        length: fc.integer({ min: 60, max: 900 }),
        text: fc.constantFrom('the', 'harbour', 'opens', '42', 'boats.', 'early,'),
      }),
      { maxLength: 60 },
    )
    .map((steps): SpeechTiming => {
      let at = 0;
      const words = steps.map(({ gap, length, text }) => {
        const start_ms = at + gap;
        at = start_ms + length;
        return { text, start_ms, end_ms: at };
      });
      return {
        duration_ms: Math.ceil((at + 200) / 40) * 40,
        words,
        phones: [],
        visemes: [],
        sentences: [],
        source: 'engine',
        confidence: 1,
      };
    });

  it('begin and end with words, leave the speaker the start and the end, and keep apart', () => {
    fc.assert(
      fc.property(timings, (timing) => {
        const plans = chooseCutaways(timing, timing.duration_ms);
        expect(plans.length).toBeLessThanOrEqual(2);
        plans.forEach((plan, at) => {
          expect(timing.words.some((word) => Math.abs(word.start_ms - plan.start_ms) <= 20)).toBe(true);
          expect(timing.words.some((word) => Math.abs(word.end_ms - plan.end_ms) <= 20)).toBe(true);
          expect(plan.start_ms).toBeGreaterThanOrEqual(680);
          expect(plan.end_ms).toBeLessThanOrEqual(timing.duration_ms - 380);
          expect(plan.end_ms - plan.start_ms).toBeLessThanOrEqual(4_040);
          expect(plan.start_ms % 40).toBe(0);
          if (at > 0) expect(plan.start_ms).toBeGreaterThan(plans[at - 1]!.end_ms);
        });
      }),
    );
  });
});

describe('pose', () => {
  it('gives one value a frame and moves the head', async () => {
    const result = await broll.perform(
      await ask({ kind: 'pose', b_roll: null, pose: { name: 'nod', intensity: 0.8 } }),
      context,
    );
    expect(result).toMatchObject({ kind: 'pose', cutaways: [] });
    const track = JSON.parse(await readFile(await context.open(result.track!), 'utf8')) as PoseTrack;
    expect(track.pitch).toHaveLength(200);
    expect(Math.max(...track.pitch.map(Math.abs))).toBeGreaterThan(0.02);
  });
});
