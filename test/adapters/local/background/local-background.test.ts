import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { BackgroundRequest } from '../../../../adapters/capabilities/background';
import { estimateLight } from '../../../../adapters/local/background/light';
import { createLocalBackground } from '../../../../adapters/local/background/local-background';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { PLACES } from '../../../../adapters/local/plan/keywords';
import type { AssetRef } from '../../../../contracts/media';
import { createTestContext } from '../assembly/test-context';
import type { TestContext } from '../assembly/test-context';

const pool = createComputePool({ size: 1 });
const backgrounds = createLocalBackground(pool);
const SIZE = { width: 320, height: 180 };
let context: TestContext;

beforeAll(async () => {
  context = await createTestContext();
});

afterAll(async () => {
  await pool.close();
  await context.remove();
});

interface Wish {
  place?: string;
  prompt?: string;
  asset?: AssetRef;
  note?: string;
  size?: BackgroundRequest['size'];
  scene?: number;
}

const ask = ({ place = 'office', prompt, asset, note, size = SIZE, scene = 1 }: Wish): BackgroundRequest => ({
  visual: {
    background: { prompt: prompt ?? null, asset: asset ?? null },
    place,
    time_of_day: 'day',
    mood: 'calm',
  },
  size,
  note: note ?? null,
  seed: 1,
  scene,
});
const paint = (wish: Wish) => backgrounds.perform(ask(wish), context);
const pixels = async (asset: AssetRef) =>
  sharp(await context.open(asset))
    .raw()
    .toBuffer();

describe('a painted background', () => {
  it.each(PLACES)('has the size of the frame and is the same twice: %s', async (place) => {
    const first = await paint({ place });
    expect(first.image).toEqual((await paint({ place })).image);
    expect(await sharp(await context.open(first.image)).metadata()).toMatchObject({
      format: 'jpeg',
      ...SIZE,
    });
    expect(first.description).toContain(place);
  });

  it('differs from scene to scene', async () => {
    expect((await paint({ scene: 1 })).image.sha256).not.toBe((await paint({ scene: 2 })).image.sha256);
  });

  it('fits upright frames', async () => {
    const { image } = await paint({ size: { width: 180, height: 320 } });
    expect(await sharp(await context.open(image)).metadata()).toMatchObject({ width: 180, height: 320 });
  });

  it('follows the prompt before the planner, and the note before the prompt', async () => {
    expect((await paint({ place: 'office', prompt: 'A quiet beach in the evening' })).description).toBe(
      'designed scene: seaside, evening, calm',
    );
    expect(
      (await paint({ place: 'office', prompt: 'A quiet beach', note: 'rather in a library, at night' }))
        .description,
    ).toContain('library, night');
  });

  it('takes the colour that a prompt names', async () => {
    const [red, blue] = await Promise.all(
      ['a red studio wall', 'a blue studio wall'].map(async (prompt) =>
        sharp(await pixels((await paint({ prompt })).image), { raw: { ...SIZE, channels: 3 } }).stats(),
      ),
    );
    expect(red!.channels[0]!.mean).toBeGreaterThan(red!.channels[2]!.mean + 15);
    expect(blue!.channels[2]!.mean).toBeGreaterThan(blue!.channels[0]!.mean + 15);
  });

  it('becomes another picture with a note that names nothing known', async () => {
    expect((await paint({ note: 'again please' })).image.sha256).not.toBe((await paint({})).image.sha256);
  });

  it('has grain in its smooth parts, so that gradients do not band', async () => {
    const data = await pixels((await paint({ place: 'studio' })).image);
    let steps = 0;
    for (let at = 3; at < SIZE.width * 3; at += 3) if (data[at] !== data[at - 3]) steps += 1;
    expect(steps / SIZE.width).toBeGreaterThan(0.3);
  });

  it('is darker at night', async () => {
    const night = await paint({ place: 'nature', prompt: 'a forest at midnight' });
    expect(night.light.level).toBeLessThan((await paint({ place: 'nature' })).light.level / 1.5);
  });
});

describe("a caller's picture", () => {
  const picture = async (format: 'png' | 'jpeg' | 'webp') =>
    context.put(
      `image/${format}`,
      await sharp({ create: { width: 500, height: 500, channels: 3, background: '#3060a0' } })
        .toFormat(format)
        .toBuffer(),
    );

  it('is cut to the frame', async () => {
    const { image, description } = await paint({ asset: await picture('webp') });
    expect(await sharp(await context.open(image)).metadata()).toMatchObject({ format: 'jpeg', ...SIZE });
    const { channels } = await sharp(await context.open(image)).stats();
    expect(channels.map((channel) => Math.round(channel.mean / 16))).toEqual([3, 6, 10]);
    expect(description).toBe("the caller's own picture");
  });

  it('gives way to a note that names a place', async () => {
    expect((await paint({ asset: await picture('png'), note: 'an office instead' })).description).toContain(
      'office',
    );
  });

  it.each([
    ['a playlist', '#EXTM3U\n#EXTINF:1,\n/etc/passwd\n'],
    [
      'a vector picture',
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/passwd"/></svg>',
    ],
  ])('is refused when it is %s', async (_, text) => {
    await expect(paint({ asset: await context.put('image/jpeg', text) })).rejects.toMatchObject({
      code: 'photo_type_unsupported',
    });
  });

  it('is refused when it has more than 40 megapixels', async () => {
    const bomb = await sharp({ create: { width: 7000, height: 7000, channels: 3, background: '#fff' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    await expect(paint({ asset: await context.put('image/png', bomb) })).rejects.toMatchObject({
      code: 'photo_too_large',
    });
  });

  it('is refused in words when its type is no picture', async () => {
    const film = await context.put('video/mp4', await readFile(__filename));
    expect(backgrounds.supports(ask({ asset: film }))).toEqual({
      ok: false,
      reason: 'a background must be a JPEG, PNG, WebP or AVIF picture',
    });
  });
});

describe('light', () => {
  it('comes from the brighter side and carries the colour of the picture', () => {
    const data = new Uint8Array(10 * 10 * 3);
    for (let at = 0; at < 100; at += 1) data.set(at % 10 < 5 ? [200, 160, 120] : [100, 80, 60], at * 3);
    const light = estimateLight({ data, width: 10, height: 10 });
    expect(light.direction).toBe('left');
    expect(light.tint[0]).toBeGreaterThan(light.tint[2]);
    expect(light.level).toBeGreaterThan(0.3);
  });
});
