import type { Raster } from './raster';
import { toSource } from './similarity';
import type { Similarity } from './similarity';

/** Samples a side at most; beyond that the source has been shrunk before. */
const MAX_SUPERSAMPLES = 6;

/**
 * Resamples an RGB picture through a similarity into interleaved floats 0..255, bilinear, with as many samples a pixel
 * as the source is finer than the target (so a small crop does not alias). Beyond the edge the edge pixel repeats.
 * `gain` multiplies the result: models want 0..1.
 */
export function sampleSimilarity(source: Raster, map: Similarity, gain = 1): Float32Array {
  const { width, height } = map.target;
  const samples = Math.max(1, Math.min(MAX_SUPERSAMPLES, Math.round(map.scale)));
  const out = new Float32Array(width * height * 3);
  const [originX, originY] = toSource(map, [0, 0]);
  const stepX = (Math.cos(map.angle) * map.scale) / samples;
  const stepY = (Math.sin(map.angle) * map.scale) / samples;
  const share = gain / (samples * samples);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const [u, v] = [x * samples + 0.5, y * samples + 0.5];
      addSamples(source, { x: originX + stepX * u - stepY * v, y: originY + stepY * u + stepX * v, stepX, stepY, samples, share }, out, to);
    }
  }
  return out;
}

/** Samples of one target pixel: the first one's place in the source, and the way to the next one of its row. */
interface Samples {
  x: number;
  y: number;
  stepX: number;
  stepY: number;
  samples: number;
  share: number;
}

/** The innermost loop of everything that looks at faces: plain numbers and no calls. */
function addSamples(source: Raster, grid: Samples, out: Float32Array, to: number): void {
  const { width, height, channels, data } = source;
  const { x, y, stepX, stepY, samples, share } = grid;
  const pitch = height > 1 ? width * channels : 0;
  const next = width > 1 ? channels : 0;
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let j = 0; j < samples; j++) {
    for (let i = 0; i < samples; i++) {
      const atX = Math.min(Math.max(x + i * stepX - j * stepY - 0.5, 0), width - 1.001);
      const atY = Math.min(Math.max(y + i * stepY + j * stepX - 0.5, 0), height - 1.001);
      // `| 0` cuts off; the coordinates are not negative.
      const left = atX | 0;
      const top = atY | 0;
      const d = (atX - left) * (atY - top);
      const b = atX - left - d;
      const c = atY - top - d;
      const a = 1 - b - c - d;
      const p = (top * width + left) * channels;
      const q = p + pitch;
      red += a * data[p]! + b * data[p + next]! + c * data[q]! + d * data[q + next]!;
      green += a * data[p + 1]! + b * data[p + next + 1]! + c * data[q + 1]! + d * data[q + next + 1]!;
      blue += a * data[p + 2]! + b * data[p + next + 2]! + c * data[q + 2]! + d * data[q + next + 2]!;
    }
  }
  out[to] = red * share;
  out[to + 1] = green * share;
  out[to + 2] = blue * share;
}
