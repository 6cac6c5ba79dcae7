import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { tmpdir } from 'node:os';
import { projectRoot } from '../../../../contracts/project-root';
import { createRandom } from '../../../../adapters/local/random';
import {
  referenceLayOver,
  referenceScaled,
  referenceTriangles,
  referenceYuv420,
  referenceYuva,
  type Picture,
  type Plane,
} from '../../../../adapters/local/render/raster-reference';
import { planesToRgb } from '../../../../adapters/local/render/planes-to-rgb';
import { chromaView, createRasteriser, fixedView, rasterModulePath } from '../../../../adapters/local/render/rasteriser';

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

  it.each([
    [120, 90, 1.1],
    [200, 140, 1.93],
    [64, 40, 0.4],
  ])('scales planes of %dx%d by %d as the reference does', (width, height, step) => {
    const rgba = noise(width, height, { seed: 4, opaque: true });
    const size = { width: 98, height: 62 };
    const view = { x: 3.3, y: 2.7, step };
    const raster = createRasteriser();
    const [to, from] = [raster.planes(size), raster.planes(rgba, rgba.rgba)];
    raster.drawScaled(to, from, view);
    const source = referenceYuv420(rgba);
    const plane = (all: Uint8Array, of: { width: number; height: number }, number: number): Plane => {
      const [luma, small] = [of.width * of.height, { width: of.width / 2, height: of.height / 2 }];
      if (number === 0) return { ...of, data: all.slice(0, luma) };
      return { ...small, data: all.slice(luma + ((number - 1) * luma) / 4, luma + (number * luma) / 4) };
    };
    for (const number of [0, 1, 2]) {
      const [small, large] = [plane(raster.bytes(to), size, number), plane(source, rgba, number)];
      const wanted = { ...small, data: new Uint8Array(small.data.length) };
      referenceScaled(wanted, large, fixedView(small, large, number === 0 ? view : chromaView(view)));
      expect(largestDifference(small.data, wanted.data)).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    [0, 30, -8],
    [0.4, 30, -8],
    [1, 30, -8],
    [1, -6, 22],
  ])('lays a layer at strength %d and (%d, %d) over a picture as the reference does', (strength, left, top) => {
    const layer = noise(50, 40, { seed: 6, opaque: false });
    layer.rgba.fill(0, 0, 1_500);
    const frame = noise(64, 48, { seed: 7, opaque: true });
    const raster = createRasteriser();
    const [to, over] = [raster.planes(frame, frame.rgba), raster.surface(layer, layer.rgba)];
    raster.toYuva(over);
    const planes = raster.bytes(to).slice();
    raster.layOver(to, over, { left, top, strength });
    referenceLayOver(planes, { size: frame, layer: referenceYuva(layer), left, top, strength });
    expect(largestDifference(raster.bytes(to), planes)).toBeLessThanOrEqual(1);
  });

  it('shows only the part of a layer that is asked for, and what was cleared no more', () => {
    const raster = createRasteriser();
    const size = { width: 32, height: 16 };
    const [to, over] = [raster.planes(size), raster.surface(size, new Uint8Array(32 * 16 * 4).fill(255))];
    raster.toYuva(over);
    raster.bytes(to).fill(50);
    raster.clear(over, { left: 10, top: 4, right: 14, bottom: 8 });
    raster.layOver(to, over, { left: 0, top: 0, strength: 1, box: { left: 8, top: 4, right: 18, bottom: 8 } });
    const row = [...raster.bytes(to).subarray(4 * 32, 4 * 32 + 20)];
    expect(row).toEqual([...Array<number>(8).fill(50), 235, 235, 50, 50, 50, 50, 235, 235, 235, 235, 50, 50]);
  });

  it('mixes two pictures by the share of each', () => {
    const raster = createRasteriser();
    const [to, from] = [raster.planes({ width: 18, height: 6 }), raster.planes({ width: 18, height: 6 })];
    raster.bytes(to).fill(100);
    raster.bytes(from).fill(200);
    raster.mix(to, from, 0.25);
    expect(new Set(raster.bytes(to))).toEqual(new Set([125]));
  });

  it.each([
    [64, 48],
    [854, 6],
  ])('converts %dx%d to planar YUV as the reference does', (width, height) => {
    const frame = noise(width, height, { seed: 8, opaque: true });
    const raster = createRasteriser();
    const planes = raster.bytes(raster.planes(frame, frame.rgba));
    expect(largestDifference(planes, referenceYuv420(frame))).toBeLessThanOrEqual(1);
  });

  it('gives a layer the colours that a picture has', () => {
    const frame = noise(64, 48, { seed: 9, opaque: true });
    const raster = createRasteriser();
    const [picture, below] = [raster.planes(frame, frame.rgba), raster.planes(frame)];
    const layer = raster.surface(frame, frame.rgba);
    raster.toYuva(layer);
    raster.layOver(below, layer, { left: 0, top: 0, strength: 1 });
    expect(largestDifference(raster.bytes(below), raster.bytes(picture))).toBeLessThanOrEqual(1);
  });

  it('keeps white, black and grey without a colour cast in limited range', () => {
    const raster = createRasteriser();
    const levels = [255, 0, 128].map((level) => {
      const rgba = new Uint8Array(4 * 4 * 4).fill(level).map((value, i) => (i % 4 === 3 ? 255 : value));
      const layer = raster.surface({ width: 4, height: 4 }, rgba);
      raster.toYuva(layer);
      const below = raster.planes({ width: 4, height: 4 });
      raster.layOver(below, layer, { left: 0, top: 0, strength: 1 });
      return [raster.planes({ width: 4, height: 4 }, rgba), below].map((one) => [...new Set(raster.bytes(one))]);
    });
    expect(levels).toEqual([235, 16, 126].map((luma) => [[luma, 128], [luma, 128]]));
  });

  it('shows a picture in RGB as it was given', () => {
    const raster = createRasteriser();
    const colours = [[200, 40, 60], [10, 120, 240], [128, 128, 128], [255, 255, 255], [0, 0, 0]];
    const worst = colours.map((colour) => {
      const rgba = Uint8Array.from({ length: 4 * 4 * 4 }, (_, i) => colour[i % 4] ?? 255);
      const rgb = planesToRgb(raster.bytes(raster.planes({ width: 4, height: 4 }, rgba)), { width: 4, height: 4 });
      return Math.max(...[...rgb].map((value, i) => Math.abs(value - (colour[i % 3] ?? 0))));
    });
    expect(Math.max(...worst)).toBeLessThanOrEqual(3);
  });

  it('is compiled from the committed source', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'raster-'));
    const fresh = path.join(folder, 'raster.wasm');
    execFileSync(process.execPath, [path.join(projectRoot(), 'dev', 'build-raster.cjs'), fresh]);
    expect(readFileSync(fresh).equals(readFileSync(rasterModulePath()))).toBe(true);
    rmSync(folder, { recursive: true });
  });
});
