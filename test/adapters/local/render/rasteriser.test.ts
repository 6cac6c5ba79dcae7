import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { projectRoot } from '../../../../contracts/project-root';
import { createRandom } from '../../../../adapters/local/random';
import {
  referenceBlend,
  referenceScaled,
  referenceTriangles,
  referenceYuv420,
  type Picture,
} from '../../../../adapters/local/render/raster-reference';
import { createRasteriser, fixedView, rasterModulePath } from '../../../../adapters/local/render/rasteriser';

/** A picture of seeded noise; premultiplied, so no colour exceeds its alpha. */
function noise(width: number, height: number, options: { seed: number; opaque: boolean }): Picture {
  const random = createRandom(`noise ${options.seed}`);
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = options.opaque ? 255 : Math.floor(random() * 256);
    for (let c = 0; c < 3; c++) rgba[i + c] = Math.floor(random() * (alpha + 1));
    rgba[i + 3] = alpha;
  }
  return { width, height, rgba };
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? 0))), 0);
}

function randomTriangles(count: number, seed: number): Float32Array {
  const random = createRandom(`triangles ${seed}`);
  // Some corners lie outside the frame and outside the texture on purpose.
  return Float32Array.from({ length: count * 12 }, () => random() * 110 - 15);
}

describe('the rasteriser', () => {
  it('paints triangles as the reference does', () => {
    const texture = noise(80, 70, { seed: 1, opaque: false });
    const frame = noise(96, 64, { seed: 2, opaque: true });
    const triangles = randomTriangles(300, 3);
    const raster = createRasteriser();
    const [to, from] = [raster.surface(frame, frame.rgba), raster.surface(texture, texture.rgba)];
    raster.trianglesFor(300).set(triangles);
    raster.drawTriangles(to, from, 300);
    referenceTriangles(frame, texture, triangles);
    expect(largestDifference(raster.pixels(to), frame.rgba)).toBeLessThanOrEqual(1);
  });

  it('covers every pixel of two triangles that share an edge exactly once', () => {
    const raster = createRasteriser();
    const half = raster.surface({ width: 8, height: 8 }, new Uint8Array(8 * 8 * 4).fill(128));
    const target = raster.surface({ width: 40, height: 30 });
    raster
      .trianglesFor(2)
      .set([0, 0, 40, 0, 40, 30, 1, 1, 6, 1, 6, 6, 0, 0, 40, 30, 0, 30, 1, 1, 6, 6, 1, 6]);
    raster.drawTriangles(target, half, 2);
    expect(new Set(raster.pixels(target))).toEqual(new Set([128]));
  });

  it('draws a push-in as the reference does', () => {
    const source = noise(120, 90, { seed: 4, opaque: true });
    const target = noise(97, 61, { seed: 5, opaque: true });
    const view = fixedView(target, source, { x: 3.3, y: 2.7, step: 1.1 });
    const raster = createRasteriser();
    const [to, from] = [raster.surface(target), raster.surface(source, source.rgba)];
    raster.drawScaled(to, from, { x: 3.3, y: 2.7, step: 1.1 });
    referenceScaled(target, source, view);
    expect(largestDifference(raster.pixels(to), target.rgba)).toBeLessThanOrEqual(1);
  });

  it.each([0, 0.4, 1])('blends at strength %d as the reference does', (strength) => {
    const overlay = noise(50, 40, { seed: 6, opaque: false });
    const frame = noise(64, 48, { seed: 7, opaque: true });
    const raster = createRasteriser();
    const [to, from] = [raster.surface(frame, frame.rgba), raster.surface(overlay, overlay.rgba)];
    raster.blend(to, from, { left: 30, top: -9, strength });
    referenceBlend(frame, overlay, { left: 30, top: -9, strength });
    expect(largestDifference(raster.pixels(to), frame.rgba)).toBeLessThanOrEqual(1);
  });

  it.each([
    [64, 48],
    [854, 6],
  ])('converts %dx%d to planar YUV as the reference does', (width, height) => {
    const frame = noise(width, height, { seed: 8, opaque: true });
    const raster = createRasteriser();
    const planes = raster.toYuv420(raster.surface(frame, frame.rgba));
    expect(largestDifference(planes, referenceYuv420(frame))).toBeLessThanOrEqual(1);
  });

  it('keeps white, black and grey without a colour cast in limited range', () => {
    const raster = createRasteriser();
    const levels = [255, 0, 128].map((level) => {
      const rgba = new Uint8Array(4 * 4 * 4).fill(level);
      return [...new Set(raster.toYuv420(raster.surface({ width: 4, height: 4 }, rgba)))];
    });
    expect(levels).toEqual([
      [235, 128],
      [16, 128],
      [126, 128],
    ]);
  });

  it('is compiled from the committed source', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'raster-'));
    const fresh = path.join(folder, 'raster.wasm');
    execFileSync(process.execPath, [path.join(projectRoot(), 'dev', 'build-raster.cjs'), fresh]);
    expect(readFileSync(fresh).equals(readFileSync(rasterModulePath()))).toBe(true);
    rmSync(folder, { recursive: true });
  });
});
