import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { createLocalFamily } from '../../../../adapters/local/family';
import { probeMedia } from '../../../../adapters/local/probe-media';
import type { AssetRef } from '../../../../contracts/media';
import { createTestContext, ffmpegPath, type TestContext } from '../assembly/test-context';
import { plain, portrait } from '../image/portrait';

const REQUEST = { rotation: 0, seed: 4, style: null };
const pool = createComputePool({ size: 1 });
const { finishing } = createLocalFamily({ pool, ffmpegPath: ffmpegPath() });
let context: TestContext;
beforeAll(async () => (context = await createTestContext()));
afterAll(async () => {
  await pool.close();
  await context.remove();
});

const put = async (picture: sharp.Sharp): Promise<AssetRef> => context.put('image/png', await picture.png().toBuffer());

/** A clip that is red for its first second and blue afterwards, as no film of ours would be: 30 frames a second, MPEG-4. */
async function redThenBlue(seconds: number): Promise<AssetRef> {
  const file = path.join(context.dir, 'raw.mp4');
  const colour = (name: string, length: number) => ['-f', 'lavfi', '-i', `color=${name}:s=640x480:r=30:d=${length}`];
  const args = ['-v', 'error', ...colour('red', 1), ...colour('blue', seconds - 1), '-filter_complex', '[0][1]concat=n=2', '-c:v', 'mpeg4', '-q:v', '2', '-y', file];
  execFileSync(ffmpegPath(), args);
  return context.put('video/mp4', await readFile(file));
}

async function meanColour(asset: AssetRef): Promise<[number, number, number]> {
  const { channels } = await sharp(await context.open(asset)).stats();
  return [channels[0]?.mean ?? 0, channels[1]?.mean ?? 0, channels[2]?.mean ?? 0];
}

describe('finishing a provider’s portrait', () => {
  it('leaves neutral image, plate and mesh like a photo does', async () => {
    const photo = await put(portrait());
    const made = await finishing.neutralImage({ picture: photo, family: 'acme' }, { ...REQUEST, photo }, context);
    const sizes = await Promise.all([made.neutral, made.plate].map(async (asset) => sharp(await context.open(asset)).metadata()));
    expect(sizes).toMatchObject([{ width: 1024, height: 1024, channels: 3 }, { channels: 4 }]);
    const mesh = JSON.parse(await readFile(await context.open(made.mesh), 'utf8')) as { landmarks: unknown[] };
    expect(mesh.landmarks).toHaveLength(478);
  });

  it('does not say that it ignored a style which the provider has followed', async () => {
    const photo = await put(portrait());
    const made = await finishing.neutralImage({ picture: photo, family: 'acme' }, { ...REQUEST, photo, style: 'in a yellow raincoat' }, context);
    expect(made.warnings.filter((text) => text.includes('style'))).toEqual([]);
  });

  it.each([
    ['no face', () => plain(512, 512, '#999')],
    ['a blurred face', () => portrait().blur(5)],
  ])('calls a picture with %s a bad output', async (_name, picture) => {
    const photo = await put(picture());
    const failed = finishing.neutralImage({ picture: photo, family: 'acme' }, { ...REQUEST, photo }, context);
    await expect(failed).rejects.toMatchObject({ name: 'ProviderFault', kind: 'bad_output', charged: 'yes', message: 'acme: bad_output' });
  });
});

describe('finishing a provider’s background', () => {
  const visual = { background: { prompt: 'a harbour', asset: null }, place: 'harbour', time_of_day: 'day', mood: 'calm' } as const;
  const request = { visual, size: { width: 426, height: 240 }, note: 'make it a library', seed: 1, scene: 1 };

  it('cuts the picture to the frame and tells its light', async () => {
    const picture = await put(sharp({ create: { width: 900, height: 900, channels: 3, background: { r: 30, g: 90, b: 200 } } }));
    const made = await finishing.background({ picture, description: 'made by acme', family: 'acme' }, request, context);
    expect(await sharp(await context.open(made.image)).metadata()).toMatchObject({ width: 426, height: 240 });
    expect(made.description).toBe('made by acme');
    expect(made.light.tint[2]).toBeGreaterThan(made.light.tint[0]);
    const [red, , blue] = await meanColour(made.image);
    expect(blue - red).toBeGreaterThan(150);
  });

  it('calls what is no picture a bad output', async () => {
    const picture = await context.put('image/png', '<html>a harbour</html>');
    const failed = finishing.background({ picture, description: '', family: 'acme' }, request, context);
    await expect(failed).rejects.toMatchObject({ name: 'ProviderFault', kind: 'bad_output', message: 'acme: bad_output' });
  });
});

describe('finishing a provider’s clip', () => {
  const target = { size: { width: 426, height: 240 }, fps: 25, duration_ms: 2_400 };

  it.each([['cut', 4], ['held on its last frame', 2]])('has the film’s form and exactly its length when it has to be %s', async (_name, seconds) => {
    const made = await finishing.clip({ clip: await redThenBlue(seconds) }, target, context);
    expect(made).toMatchObject({ frames: 60, size: target.size });
    const facts = await probeMedia(await context.open(made.video));
    expect(facts.video).toMatchObject({ width: 426, height: 240, fps: 25, frames: 60, duration_ms: 2_400 });
    expect(facts.audio).toBeNull();
    expect(facts.video?.codec).toMatch(/^avc1\.64/);
  });

  it('shows in its preview the frame of a time, or the last one', async () => {
    const clip = await redThenBlue(2);
    const [early, late, beyond] = [await finishing.preview(clip, 500, context), await finishing.preview(clip, 1_500, context), await finishing.preview(clip, 90_000, context)];
    const colours = await Promise.all([early, late, beyond].map(meanColour));
    expect(colours.map(([red, , blue]) => (red > blue ? 'red' : 'blue'))).toEqual(['red', 'blue', 'blue']);
    expect(early.content_type).toBe('image/jpeg');
  });
});
