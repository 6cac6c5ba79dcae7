import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { PORTRAIT, plain, portrait } from './portrait';

describe('a photo that can be used', () => {
  const pool = createComputePool({ size: 1 });
  const inspectFile = (file: string) => pool.run('image.inspect', { path: file });
  let dir: string;
  beforeAll(async () => (dir = await mkdtemp(path.join(tmpdir(), 'photos-'))));
  afterAll(() => pool.close());
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const inspect = async (
    photo: ReturnType<typeof portrait>,
    format: 'png' | 'jpeg' | 'webp' | 'avif' = 'png',
  ) => {
    const file = path.join(dir, `photo.${format}`);
    await photo.toFormat(format).toFile(file);
    return inspectFile(file);
  };

  test('gets its measures', async () => {
    const { metrics, rotation, warnings } = await inspectFile(PORTRAIT);
    expect(rotation).toBe(0);
    expect(metrics.interocular).toBeGreaterThan(42);
    expect(metrics.interocular).toBeLessThan(45);
    expect(metrics.presence).toBeGreaterThan(0.95);
    expect(Math.abs(metrics.yaw)).toBeLessThan(5);
    expect(Math.abs(metrics.roll - 2.8)).toBeLessThan(1);
    expect(metrics.eye_openness).toBeGreaterThan(0.3);
    expect(metrics.mouth_openness).toBeGreaterThan(0.1);
    expect(metrics.cut_off).toBe(0);
    expect(warnings).toEqual(['The face is small, so it was enlarged and looks softer.']);
  });

  test.each([0, 90, 180, 270])('turned by %i degrees is turned back', async (turned) => {
    const { rotation, metrics } = await inspect(portrait().rotate(turned));
    expect(rotation).toBe((360 - turned) % 360);
    expect(Math.abs(metrics.roll)).toBeLessThan(5);
  });

  test.each([1, 3, 6, 8])('with EXIF orientation %i is read upright', async (orientation) => {
    const turns: Record<number, number> = { 1: 0, 3: 180, 6: 270, 8: 90 };
    const { rotation } = await inspect(
      portrait().rotate(turns[orientation]).withMetadata({ orientation }),
      'jpeg',
    );
    expect(rotation).toBe(0);
  });

  test.each(['jpeg', 'webp', 'avif'] as const)('is read as %s', async (format) => {
    expect((await inspect(portrait(), format)).metrics.interocular).toBeCloseTo(43.3, -0.5);
  });

  test('may be black and white', async () => {
    expect((await inspect(portrait().grayscale(), 'jpeg')).warnings).toHaveLength(1);
  });

  test('may be of 16 bits, transparent, or CMYK', async () => {
    expect((await inspect(portrait().toColourspace('rgb16'))).metrics.brightness).toBeCloseTo(172, -1);
    expect((await inspect(portrait().ensureAlpha(0.9))).metrics.presence).toBeGreaterThan(0.9);
    expect((await inspect(portrait().toColourspace('cmyk'), 'jpeg')).metrics.presence).toBeGreaterThan(0.9);
  });

  test('may be tilted', async () => {
    const { metrics } = await inspect(portrait().rotate(30, { background: '#888' }));
    expect(metrics.roll).toBeCloseTo(32.8, -0.5);
  });

  test('may have a small face in the background', async () => {
    const input = await portrait().resize(420).png().toBuffer();
    const { warnings } = await inspect(
      plain(1400, 1024, '#99a').composite([
        { input: await portrait().resize(1024).png().toBuffer(), left: 0, top: 0 },
        { input, left: 980, top: 300 },
      ]),
    );
    expect(warnings).toContain('Other, smaller faces are in the picture; the largest was taken.');
  });

  test('is warned about when dark', async () => {
    expect((await inspect(portrait().linear(0.22, 0))).warnings).toContain('The face is dark.');
  });

  test('may show a dark face before a bright ground', async () => {
    const darkened = await portrait().linear(0.2, 0).extract({ left: 140, top: 40, width: 170, height: 200 }).png().toBuffer();
    const { warnings } = await inspect(portrait().composite([{ input: darkened, left: 140, top: 40 }]));
    expect(warnings).toContain('The face is dark.');
  });

  test('is warned about when lit hard from one side', async () => {
    const shade = await portrait()
      .linear(0.3, 0)
      .extract({ left: 0, top: 0, width: 224, height: 512 })
      .toBuffer();
    const { warnings } = await inspect(portrait().composite([{ input: shade, left: 0, top: 0 }]));
    expect(warnings).toContain('The light comes hard from one side.');
  });

  test('scores higher when larger and sharper', async () => {
    const [small, large, soft] = [
      await inspect(portrait()),
      await inspect(portrait().resize(1200)),
      await inspect(portrait().blur(0.8)),
    ];
    expect(large.score).toBeGreaterThan(small.score);
    expect(small.score).toBeGreaterThan(soft.score);
  });

  test('gives the same measures twice', async () => {
    expect(await inspectFile(PORTRAIT)).toEqual(await inspectFile(PORTRAIT));
  });
});
