import { readFile } from 'node:fs/promises';
import { PhotosRejected } from '../../../../adapters/capabilities/image';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { createLocalImage } from '../../../../adapters/local/image/adapter';
import type { AssetRef } from '../../../../contracts/media';
import { FACES } from '../../../support/faces';
import { createTestContext, type TestContext } from '../assembly/test-context';
import { portrait } from './portrait';

const pool = createComputePool({ size: 1 });
let context: TestContext;
let [astronaut, mirrored, blurred, hopper]: AssetRef[] = [];
beforeAll(async () => {
  context = await createTestContext();
  const put = async (photo: ReturnType<typeof portrait>) => context.put('image/png', await photo.png().toBuffer());
  astronaut = await put(portrait());
  mirrored = await put(portrait().flop().blur(0.5));
  blurred = await put(portrait().blur(0.8));
  hopper = await context.put('image/jpeg', await readFile(FACES.hopper));
});
afterAll(async () => {
  await pool.close();
  await context.remove();
});

const validate = (photos: (AssetRef | undefined)[], options = {}) =>
  createLocalImage(pool, options).validatePhotos({ photos: photos.flatMap((photo) => photo ?? []) }, context);

test('photos of one person are accepted, and the report says how near they are', async () => {
  const { chosen, reason, photos } = await validate([blurred, astronaut, mirrored]);
  expect(photos[chosen]?.score).toBe(Math.max(...photos.map(({ score }) => score)));
  expect(reason).toMatch(new RegExp(`^Photo ${chosen + 1} was chosen: it has .* of 3 usable photos\\.$`));
  const distances = photos.flatMap(({ photo, metrics }) => (photo === chosen ? [] : [metrics['identity_distance'] ?? 9]));
  expect(distances).toHaveLength(2);
  expect(Math.max(...distances)).toBeLessThan(0.5);
});

test('a photo of somebody else is refused by its number', async () => {
  const refusal: unknown = await validate([astronaut, mirrored, hopper]).catch((error: unknown) => error);
  if (!(refusal instanceof PhotosRejected)) throw new Error('The photos were accepted.');
  const { problems } = refusal;
  // The largest, sharpest face is Grace Hopper's, so the two photos of the astronaut are the odd ones.
  expect(problems.map(({ photo, code }) => ({ photo, code }))).toEqual([
    { photo: 0, code: 'photo_persons_differ' },
    { photo: 1, code: 'photo_persons_differ' },
  ]);
  expect(problems[0]?.message).toBe('The photo shows another person than photo 3.');
});

test('nobody is compared when that is switched off', async () => {
  const { photos } = await validate([astronaut, hopper], { identityCheck: false });
  expect(photos.map(({ metrics }) => metrics['identity_distance'])).toEqual([undefined, undefined]);
});

test('the three test faces are three people', async () => {
  const distances = await pool.run('image.compare_faces', { paths: [FACES.astronaut, FACES.hopper, FACES.mona_lisa] });
  expect(Math.min(...distances)).toBeGreaterThan(0.6);
});
