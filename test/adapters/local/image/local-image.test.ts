import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { FaceMesh } from '../../../../adapters/capabilities/image';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { createLocalImage } from '../../../../adapters/local/image/adapter';
import { chooseNeutralLook } from '../../../../adapters/local/image/neutral-look';
import type { AssetRef } from '../../../../contracts/media';
import type { NeutralImageOutput } from '../../../../contracts/stages';
import { FACES } from '../../../support/faces';
import { createTestContext } from '../assembly/test-context';
import type { TestContext } from '../assembly/test-context';
import { PORTRAIT, plain, portrait } from './portrait';

const pool = createComputePool({ size: 1 });
const family = createLocalImage(pool);
let context: TestContext;
beforeAll(async () => (context = await createTestContext()));
afterAll(() => context.remove());
afterAll(() => pool.close());

const put = async (photo: sharp.Sharp): Promise<AssetRef> =>
  context.put('image/png', await photo.png().toBuffer());

/** What the models see in a stored picture. */
async function look(asset: AssetRef) {
  return (await pool.run('image.inspect', { path: await context.open(asset) })).metrics;
}

describe('validatePhotos', () => {
  test('takes the only photo', async () => {
    const photo = await put(portrait());
    const {
      chosen,
      reason,
      photos,
      photo: taken,
    } = await family.validatePhotos({ photos: [photo] }, context);
    expect([chosen, taken, reason]).toEqual([0, photo, 'Photo 1 is the only photo, and it can be used.']);
    expect(photos).toMatchObject([{ photo: 0, asset_id: photo.asset_id, accepted: true, rotation: 0 }]);
  });

  test('takes the best of several and says why', async () => {
    const photos = [
      await put(portrait()),
      await put(portrait().resize(1300).rotate(90)),
      await put(portrait().linear(0.3, 0)),
    ];
    const result = await family.validatePhotos({ photos }, context);
    expect(result.chosen).toBe(1);
    expect(result.photo).toEqual(photos[1]);
    expect(result.reason).toMatch(/^Photo 2 was chosen: it has the largest face.* of 3 usable photos\.$/);
    expect(result.photos.map(({ rotation }) => rotation)).toEqual([0, 270, 0]);
  });

  test('goes on without the photos that cannot be used', async () => {
    const photos = [await put(plain(300, 300, '#888')), await put(portrait()), await put(portrait().blur(4))];
    const result = await family.validatePhotos({ photos }, context);
    expect(result.chosen).toBe(1);
    expect(result.reason).toBe('Photo 2 is the only one of 3 photos that can be used.');
    expect(result.photos.map(({ accepted, score }) => [accepted, score > 0])).toEqual([
      [false, false],
      [true, true],
      [false, false],
    ]);
    expect(result.photos[2]?.warnings).toEqual(['The face is out of focus or blurred.']);
    expect(result.photos.map(({ code }) => code)).toEqual(['photo_face_missing', undefined, 'photo_blurred']);
  });

  test('rejects when none can be used, with one problem a photo', async () => {
    const photos = [await put(portrait().resize(128)), await put(portrait().linear(0.08, 0))];
    await expect(family.validatePhotos({ photos }, context)).rejects.toMatchObject({
      name: 'PhotosRejected',
      problems: [
        { photo: 0, code: 'photo_face_too_small' },
        { photo: 1, code: 'photo_too_dark' },
      ],
    });
  });

  test('stops when the job is cancelled', async () => {
    const cancelled = { ...context, signal: AbortSignal.abort() };
    const photo = await put(portrait());
    await expect(family.validatePhotos({ photos: [photo] }, cancelled)).rejects.toHaveProperty(
      'name',
      'AbortError',
    );
  });
});

describe('neutralImage', () => {
  const make = async (
    photo: sharp.Sharp,
    request: { rotation?: number; seed?: number; style?: string } = {},
  ) =>
    family.neutralImage({ photo: await put(photo), rotation: 0, seed: 7, style: null, ...request }, context);
  const meshOf = async (asset: AssetRef): Promise<FaceMesh> =>
    JSON.parse(await readFile(await context.open(asset), 'utf8')) as FaceMesh;
  const pixelsOf = async (asset: AssetRef) =>
    sharp(await context.open(asset))
      .raw()
      .toBuffer({ resolveWithObject: true });
  let made: Awaited<ReturnType<typeof make>>;
  beforeAll(async () => (made = await make(portrait())));

  test('is a square picture without alpha or metadata', async () => {
    const header = await sharp(await context.open(made.neutral)).metadata();
    expect(header).toMatchObject({ format: 'png', width: 1024, height: 1024, channels: 3 });
    expect([header.exif, header.icc, header.xmp]).toEqual([undefined, undefined, undefined]);
  });

  test('closes the lips of an open smile and keeps the eyes', async () => {
    const before = await look(await put(portrait()));
    const after = await look(made.neutral);
    expect(before.mouth_openness).toBeGreaterThan(0.12);
    expect(after.mouth_openness).toBeLessThan(0.05);
    expect(after.eye_openness).toBeGreaterThan(before.eye_openness * 0.85);
    expect(Math.abs(after.roll)).toBeLessThan(1);
  });

  test('lays a mesh of 478 landmarks on the plate, eyes level and at a fixed distance', async () => {
    const mesh = await meshOf(made.mesh);
    const [left = [0, 0], right = [0, 0]] = [mesh.landmarks[468], mesh.landmarks[473]];
    expect(mesh.landmarks).toHaveLength(478);
    expect(mesh.interocular).toBeCloseTo(148.48, 2);
    expect(right[0] - left[0]).toBeCloseTo(mesh.interocular, 0);
    expect(right[1] - left[1]).toBeCloseTo(0, 0);
    expect((left[0] + right[0]) / 2).toBeCloseTo(mesh.width / 2, 0);
    expect(left[1]).toBeCloseTo(430, 0);
    const { info } = await pixelsOf(made.plate);
    expect([info.width, info.height, info.channels]).toEqual([mesh.width, mesh.height, 4]);
  });

  test('cuts the person out: solid face, clear ground', async () => {
    const mesh = await meshOf(made.mesh);
    const { data, info } = await pixelsOf(made.plate);
    const alphaAt = (x: number, y: number) => data[(Math.round(y) * info.width + Math.round(x)) * 4 + 3];
    const face = mesh.landmarks.map(([x, y]) => alphaAt(x, y) ?? 0);
    const solid = face.filter((alpha) => alpha > 240);
    // Only points of the outline may lie on the soft edge.
    expect(solid.length).toBeGreaterThan(478 - 20);
    expect([
      alphaAt(4, 4),
      alphaAt(info.width - 4, 4),
      alphaAt(100, 600),
      alphaAt(info.width - 100, 600),
    ]).toEqual([0, 0, 0, 0]);
  });

  test('leaves no light rim of the old ground around the hair', async () => {
    const { data, info } = await pixelsOf(made.plate);
    let [sum, count] = [0, 0];
    for (let i = 0; i < info.width * 500 * 4; i += 4) {
      const alpha = data[i + 3] ?? 0;
      if (alpha < 30 || alpha > 220) continue;
      sum += 0.2126 * (data[i] ?? 0) + 0.7152 * (data[i + 1] ?? 0) + 0.0722 * (data[i + 2] ?? 0);
      count += 1;
    }
    // The ground behind the head has a luma of about 185, the hair of about 110.
    expect(count).toBeGreaterThan(500);
    expect(sum / count).toBeLessThan(140);
  });

  test('leaves no light rim of the old ground along a cheek', async () => {
    const { landmarks, interocular } = await meshOf(made.mesh);
    const { data, info } = await pixelsOf(made.plate);
    const lumaAt = (x: number, y: number): number => {
      const at = (y * info.width + x) * 4;
      return 0.2126 * (data[at] ?? 0) + 0.7152 * (data[at + 1] ?? 0) + 0.0722 * (data[at + 2] ?? 0);
    };
    const mouth = Math.round(landmarks[13]?.[1] ?? 0);
    const rims = Array.from({ length: Math.round(0.3 * interocular) }, (_, row) => {
      let edge = Math.round(landmarks[1]?.[0] ?? 0);
      while ((data[((mouth + row) * info.width + edge) * 4 + 3] ?? 0) > 250) edge += 1;
      return lumaAt(edge, mouth + row) - lumaAt(edge - 4, mouth + row);
    });
    // The ground is 80 lighter than this cheek.
    expect(rims.reduce((sum, rim) => sum + rim, 0) / rims.length).toBeLessThan(5);
  });

  test('leaves behind a cord that hangs beside a hat', async () => {
    const hopper = await make(sharp(FACES.hopper));
    const { landmarks, interocular } = await meshOf(hopper.mesh);
    const [x, y] = landmarks[468] ?? [0, 0];
    const { data, info } = await pixelsOf(hopper.plate);
    let [sum, count] = [0, 0];
    for (let row = Math.round(y - 0.6 * interocular); row < y + 0.4 * interocular; row++)
      for (let column = Math.round(x - 1.02 * interocular); column < x - 0.94 * interocular; column++) {
        sum += data[(row * info.width + column) * 4 + 3] ?? 0;
        count += 1;
      }
    expect(sum / count).toBeLessThan(13);
  });

  test('does not recolour the skin', async () => {
    const mesh = await meshOf(made.mesh);
    const { data, info } = await pixelsOf(made.plate);
    const [x, y] = mesh.landmarks[50] ?? [0, 0];
    const at = (Math.round(y) * info.width + Math.round(x)) * 4;
    const photo = await portrait().extract({ left: 196, top: 119, width: 3, height: 3 }).raw().toBuffer();
    const shade = (r = 0, g = 0, b = 0) => [r / (r + g + b), g / (r + g + b)];
    const [before, after] = [
      shade(photo[12], photo[13], photo[14]),
      shade(data[at], data[at + 1], data[at + 2]),
    ];
    expect(after[0]).toBeCloseTo(before[0] ?? 0, 1);
    expect(after[1]).toBeCloseTo(before[1] ?? 0, 1);
  });

  test('gives the same bytes twice, also in another thread', async () => {
    const elsewhere = createComputePool({ size: 1 });
    const other = createLocalImage(elsewhere);
    const photo = await put(portrait());
    const again = await other.neutralImage({ photo, rotation: 0, seed: 7, style: null }, context);
    await elsewhere.close();
    expect(again).toEqual(made);
  });

  test('changes the neutral image with the seed, never the plate', async () => {
    const other = await make(portrait(), { seed: 8 });
    expect([other.plate, other.mesh]).toEqual([made.plate, made.mesh]);
    expect(other.neutral.sha256).not.toBe(made.neutral.sha256);
  });

  test('applies a style to the ground alone', async () => {
    const dark = await make(portrait(), { style: 'dark studio' });
    const { data } = await pixelsOf(dark.neutral);
    expect(data[0]).toBeLessThan(80);
    expect([dark.plate, dark.warnings]).toEqual([made.plate, made.warnings]);
  });

  test('says when it does not know a style', async () => {
    const mesh = await meshOf(made.mesh);
    expect(chooseNeutralLook(mesh, { style: 'as a cartoon cat', seed: 7 }).warnings).toHaveLength(1);
    expect(chooseNeutralLook(mesh, { style: null, seed: 7 }).warnings).toEqual([]);
  });

  test('gives the same face from a photo that lay on its side', async () => {
    const turned = 90;
    const [mesh, straight] = [
      await meshOf((await make(portrait().rotate(turned), { rotation: 360 - turned })).mesh),
      await meshOf(made.mesh),
    ];
    const offset = (mesh.width - straight.width) / 2;
    const apart = mesh.landmarks.map(([x, y], i) =>
      Math.hypot(x - offset - (straight.landmarks[i]?.[0] ?? 0), y - (straight.landmarks[i]?.[1] ?? 0)),
    );
    expect(Math.max(...apart)).toBeLessThan(2);
  });

  test('warns when the photo shows no body', async () => {
    const { warnings } = await make(
      portrait().extract({ left: 140, top: 5, width: 170, height: 185 }).resize(900),
    );
    expect(warnings).toEqual(['The photo shows little below the chin; wide framings look cut off.']);
  });
});

describe('characterSheet', () => {
  const draw = ({ neutral, plate, mesh }: NeutralImageOutput) =>
    family.characterSheet({ neutral, plate, mesh, title: 'Ada <&> "version 1"', seed: 7 }, context);
  let identity: NeutralImageOutput;
  let made: Awaited<ReturnType<typeof draw>>;
  beforeAll(async () => {
    identity = await family.neutralImage(
      { photo: await put(portrait()), rotation: 0, seed: 7, style: null },
      context,
    );
    made = await draw(identity);
  });
  const lookAt = async (view: string) => {
    const found = made.views.find((one) => one.view === view);
    if (found === undefined) throw new Error(`no view ${view}`);
    return look(found.asset);
  };

  test('is one picture and one asset a view', async () => {
    const header = await sharp(await context.open(made.sheet)).metadata();
    expect(header).toMatchObject({ format: 'png', width: 2040, height: 1764, channels: 3 });
    expect(made.views.map(({ view }) => view)).toEqual([
      'neutral',
      'smile',
      'speaking',
      'eyes_closed',
      'turn_left',
      'turn_right',
      'chin_up',
      'chin_down',
      'close',
      'medium',
      'wide',
    ]);
    expect(new Set(made.views.map(({ asset }) => asset.sha256)).size).toBe(11);
  });

  test('shows what its labels say', async () => {
    const neutral = await lookAt('neutral');
    expect(neutral.mouth_openness).toBeLessThan(0.05);
    expect((await lookAt('speaking')).mouth_openness).toBeGreaterThan(0.2);
    expect((await lookAt('smile')).mouth_openness).toBeGreaterThan(0.1);
    expect((await lookAt('eyes_closed')).eye_openness).toBeLessThan(0.2);
    expect(Math.abs((await lookAt('turn_left')).yaw - (await lookAt('turn_right')).yaw)).toBeGreaterThan(8);
    expect((await lookAt('close')).interocular).toBeGreaterThan((await lookAt('medium')).interocular);
    expect((await lookAt('medium')).interocular).toBeGreaterThan((await lookAt('wide')).interocular);
  });

  test('names the colours of the person', () => {
    expect(made.palette.map(({ name }) => name)).toEqual([
      'Skin',
      'Skin in shade',
      'Lips',
      'Hair',
      'Eyes',
      'Clothing',
    ]);
    const clothing = made.palette.at(-1)?.hex ?? '';
    const [red = 0, green = 0, blue = 0] =
      clothing.match(/[0-9a-f]{2}/g)?.map((pair) => parseInt(pair, 16)) ?? [];
    expect(red).toBeGreaterThan(green + 60);
    expect(green).toBeGreaterThan(blue);
  });

  test('gives the same bytes twice', async () => {
    expect(await draw(identity)).toEqual(made);
  });
});

test('the portrait is the picture that these tests were written for', async () => {
  const header = await sharp(PORTRAIT).metadata();
  expect([header.width, header.height]).toEqual([512, 512]);
});
