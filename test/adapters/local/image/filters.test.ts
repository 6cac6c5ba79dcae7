import { boxFilter } from '../../../../adapters/local/image/box-filter';
import { estimateForeground } from '../../../../adapters/local/image/foreground';
import { guidedCoefficients } from '../../../../adapters/local/image/guided-filter';
import { keepSubject } from '../../../../adapters/local/image/keep-subject';
import { createPlane, turnRaster } from '../../../../adapters/local/image/raster';
import type { Plane, Raster } from '../../../../adapters/local/image/raster';
import { coverage, sampleCubic } from '../../../../adapters/local/image/sample-cubic';
import { sampleSimilarity } from '../../../../adapters/local/image/sample';
import { toSource, toTarget } from '../../../../adapters/local/image/similarity';
import type { Similarity } from '../../../../adapters/local/image/similarity';
import { createRandom } from '../../../../adapters/local/random';

function randomPlane(width: number, height: number, seed: string): Plane {
  const random = createRandom(seed);
  return { width, height, data: Float32Array.from({ length: width * height }, random) };
}

function randomPicture(width: number, height: number): Raster {
  const random = createRandom('picture');
  const data = Uint8Array.from({ length: width * height * 3 }, () => Math.floor(random() * 256));
  return { width, height, channels: 3, data };
}

/** A plane with 1 inside a rectangle. */
function block(plane: Plane, [left, top, right, bottom]: [number, number, number, number], value = 1): Plane {
  for (let y = top; y < bottom; y++) plane.data.fill(value, y * plane.width + left, y * plane.width + right);
  return plane;
}

test('a box filter gives the mean of the square around each pixel, edges repeated', () => {
  const plane = randomPlane(13, 9, 'box');
  const factor = randomPlane(13, 9, 'factor');
  const at = (x: number, y: number) => {
    const index = Math.min(Math.max(y, 0), 8) * 13 + Math.min(Math.max(x, 0), 12);
    return (plane.data[index] ?? 0) * (factor.data[index] ?? 0);
  };
  const filtered = boxFilter(plane, 3, factor);
  for (let y = 0; y < 9; y++) {
    for (let x = 0; x < 13; x++) {
      let sum = 0;
      for (let j = -3; j <= 3; j++) for (let i = -3; i <= 3; i++) sum += at(x + i, y + j);
      expect(filtered.data[y * 13 + x]).toBeCloseTo(sum / 49, 5);
    }
  }
});

test('a guided filter reproduces a mask that is a linear function of the guide', () => {
  const guide = [randomPlane(40, 30, 'r'), randomPlane(40, 30, 'g'), randomPlane(40, 30, 'b')] as const;
  const mask = createPlane(40, 30);
  const value = (i: number) =>
    0.3 * (guide[0].data[i] ?? 0) - 0.2 * (guide[1].data[i] ?? 0) + 0.5 * (guide[2].data[i] ?? 0) + 0.1;
  for (let i = 0; i < mask.data.length; i++) mask.data[i] = value(i);
  const [red, green, blue, offset] = guidedCoefficients([...guide], mask, { radius: 4, epsilon: 1e-7 });
  expect([red, green, blue, offset].map(({ data }) => data[620] ?? 0)).toEqual(
    [0.3, -0.2, 0.5, 0.1].map((exact) => expect.closeTo(exact, 2)),
  );
});

test('foreground colour is that of the subject where the ground shines through', () => {
  const [width, height] = [200, 120];
  const matte = createPlane(width, height);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < matte.data.length; i++) {
    const alpha = Math.min(1, Math.max(0, ((i % width) - 90) / 20));
    matte.data[i] = alpha;
    data.set([200 * alpha, 40 * alpha, 255 * (1 - alpha)].map(Math.round), i * 3);
  }
  const { data: rgba } = estimateForeground({ width, height, channels: 3, data }, matte, matte);
  const [red = 0, , blue = 255, alpha] = rgba.subarray((60 * width + 98) * 4);
  // The photo shows 80 red and 153 blue there.
  expect(red).toBeGreaterThan(175);
  expect(blue).toBeLessThan(30);
  expect(alpha).toBe(102);
  expect([...rgba.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
});

describe('keepSubject', () => {
  const options = { seed: [50, 30] as [number, number], headEnd: 40, bodyTop: 60 };

  test('drops what does not hang together with the face', () => {
    const mask = block(block(createPlane(120, 100), [40, 20, 60, 100]), [90, 20, 110, 40]);
    const kept = keepSubject(mask, options);
    expect([kept.data[30 * 120 + 50], kept.data[30 * 120 + 100]]).toEqual([1, 0]);
  });

  test('fills holes and doubtful parts of the body', () => {
    const mask = block(
      block(block(createPlane(120, 100), [30, 10, 90, 100]), [50, 45, 55, 50], 0),
      [45, 75, 60, 90],
      0.3,
    );
    const kept = keepSubject(mask, options);
    expect([kept.data[47 * 120 + 52], kept.data[80 * 120 + 50]]).toEqual([1, 1]);
  });

  test('leaves a gap that opens to the ground', () => {
    const mask = block(block(createPlane(120, 100), [30, 10, 90, 100]), [70, 0, 78, 60], 0);
    expect(keepSubject(mask, options).data[30 * 120 + 74]).toBe(0);
  });

  test('drops what is half believed and reaches far from what is sure', () => {
    const mask = block(block(createPlane(120, 100), [40, 10, 80, 100]), [80, 40, 110, 50], 0.7);
    const kept = keepSubject(mask, options);
    expect([kept.data[45 * 120 + 84], kept.data[45 * 120 + 108]]).toEqual([expect.closeTo(0.7), 0]);
  });

  test('drops a curtain beside the head that is half believed, however near', () => {
    const mask = block(block(createPlane(120, 100), [40, 10, 80, 100]), [80, 15, 88, 35], 0.7);
    const row = keepSubject(mask, options).data.subarray(25 * 120);
    expect([row[81], row[83], row[86]]).toEqual([expect.closeTo(0.7), 0, 0]);
  });

  test('keeps a soft edge no wider than edges are', () => {
    const mask = block(block(createPlane(120, 100), [40, 10, 80, 100]), [80, 60, 95, 70], 0.4);
    const row = keepSubject(mask, options).data.subarray(65 * 120);
    expect([row[79], row[81], row[86]]).toEqual([1, expect.closeTo(0.4), 0]);
  });

  test('keeps somebody whom the segmenter is hardly sure of', () => {
    const mask = block(block(createPlane(120, 100), [30, 10, 90, 100], 0.7), [40, 20, 60, 40]);
    expect(keepSubject(mask, options).data[95 * 120 + 85]).toBeCloseTo(0.7);
  });

  test('keeps the whole mask when the face is not on it', () => {
    const mask = block(createPlane(120, 100), [90, 20, 110, 40]);
    expect(keepSubject(mask, options)).toBe(mask);
  });
});

describe('resampling', () => {
  const map: Similarity = { centre: [31, 17], scale: 1.7, angle: 0.6, target: { width: 40, height: 20 } };

  test('maps points there and back', () => {
    const there = toSource(map, [3, 18]);
    expect(toTarget(map, there)).toEqual([expect.closeTo(3, 9), expect.closeTo(18, 9)]);
  });

  test('leaves a picture alone when nothing is to be done', () => {
    const picture = randomPicture(30, 20);
    const same: Similarity = { centre: [15, 10], scale: 1, angle: 0, target: { width: 30, height: 20 } };
    expect(sampleCubic(picture, same).data).toEqual(picture.data);
    const linear = sampleSimilarity(picture, same);
    expect(Math.max(...linear.map((value, i) => Math.abs(value - (picture.data[i] ?? 0))))).toBeLessThan(1);
  });

  test('a turn of the map is a turn of the picture', () => {
    const picture = randomPicture(30, 20);
    const quarter: Similarity = {
      centre: [15, 10],
      scale: 1,
      angle: -Math.PI / 2,
      target: { width: 20, height: 30 },
    };
    expect(sampleCubic(picture, quarter).data).toEqual(turnRaster(picture, 90).data);
  });

  test('covers exactly what the photo shows', () => {
    const covered = coverage(
      { width: 10, height: 10 },
      { centre: [5, 5], scale: 1, angle: 0, target: { width: 20, height: 20 } },
    );
    expect(covered.data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(100, 5);
  });

  test('four quarter turns give the picture back', () => {
    const picture = randomPicture(7, 4);
    const turned = [90, 90, 90, 90].reduce((one, degrees) => turnRaster(one, degrees), picture);
    expect(turned).toEqual(picture);
    expect(turnRaster(picture, 180).data).toEqual(turnRaster(turnRaster(picture, 90), 90).data);
  });
});
