import { createPlane } from './raster';
import type { Plane, Raster } from './raster';
import { toSource } from './similarity';
import type { Similarity } from './similarity';

/**
 * Resamples RGB through a similarity whose scale is near 1, with Catmull-Rom weights, which keep hair and lashes crisp
 * where bilinear would soften them. Beyond the edge the edge pixel repeats.
 */
export function sampleCubic(source: Raster, map: Similarity): Raster {
  const { width, height } = map.target;
  const out: Raster = { width, height, channels: 3, data: new Uint8Array(width * height * 3) };
  const [originX, originY] = toSource(map, [0.5, 0.5]);
  const stepX = Math.cos(map.angle) * map.scale;
  const stepY = Math.sin(map.angle) * map.scale;
  const weightsX = new Float64Array(4);
  const weightsY = new Float64Array(4);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const atX = originX + stepX * x - stepY * y - 0.5;
      const atY = originY + stepY * x + stepX * y - 0.5;
      setWeights(weightsX, atX - Math.floor(atX));
      setWeights(weightsY, atY - Math.floor(atY));
      addCubic(source, Math.floor(atX) - 1, Math.floor(atY) - 1, weightsX, weightsY, out.data, to);
    }
  }
  return out;
}

/** How much of each target pixel lies on the source picture: 1 inside, 0 outside, in between on the border. */
export function coverage(source: { width: number; height: number }, map: Similarity): Plane {
  const { width, height } = map.target;
  const out = createPlane(width, height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to++) {
      const [atX, atY] = toSource(map, [x + 0.5, y + 0.5]);
      const inside = Math.min(atX, atY, source.width - atX, source.height - atY) / map.scale;
      out.data[to] = Math.min(1, Math.max(0, inside + 0.5));
    }
  }
  return out;
}

function setWeights(weights: Float64Array, t: number): void {
  weights[0] = ((2 - t) * t - 1) * t * 0.5;
  weights[1] = ((3 * t - 5) * t * t + 2) * 0.5;
  weights[2] = ((4 - 3 * t) * t + 1) * t * 0.5;
  weights[3] = (t - 1) * t * t * 0.5;
}

function addCubic(
  source: Raster,
  left: number,
  top: number,
  weightsX: Float64Array,
  weightsY: Float64Array,
  out: Uint8Array,
  to: number,
): void {
  const { data, channels } = source;
  const lastX = source.width - 1;
  const lastY = source.height - 1;
  const isInside = left >= 0 && left + 3 <= lastX;
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let j = 0; j < 4; j++) {
    const row = Math.min(Math.max(top + j, 0), lastY) * source.width;
    for (let i = 0; i < 4; i++) {
      const column = isInside ? left + i : Math.min(Math.max(left + i, 0), lastX);
      const from = (row + column) * channels;
      const weight = weightsX[i]! * weightsY[j]!;
      red += data[from]! * weight;
      green += data[from + 1]! * weight;
      blue += data[from + 2]! * weight;
    }
  }
  out[to] = toByte(red);
  out[to + 1] = toByte(green);
  out[to + 2] = toByte(blue);
}

function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0;
}
