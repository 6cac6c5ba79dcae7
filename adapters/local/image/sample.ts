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
  for (let y = 0; y < height; y++) {
    const [u, v] = [0.5, y * samples + 0.5];
    const row = { x: originX + stepX * u - stepY * v - 0.5, y: originY + stepY * u + stepX * v - 0.5, stepX, stepY, samples, share };
    sampleRow(source, row, out.subarray(y * width * 3, (y + 1) * width * 3));
  }
  return out;
}

/** A row of target pixels: where its first sample lies, as an index of source pixels, and the way to the next one. */
interface Row {
  x: number;
  y: number;
  stepX: number;
  stepY: number;
  samples: number;
  /** What each sample counts. */
  share: number;
}

/** The innermost loop of everything that looks at faces: plain numbers, no calls, nothing to collect. */
function sampleRow({ width, height, channels, data }: Raster, row: Row, out: Float32Array): void {
  const { stepX, stepY, samples, share } = row;
  const [lastX, lastY] = [width - 1.001, height - 1.001];
  const pitch = height > 1 ? width * channels : 0;
  const next = width > 1 ? channels : 0;
  for (let to = 0, first = 0; to < out.length; to += 3, first += samples) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let j = 0; j < samples; j++) {
      for (let i = first; i < first + samples; i++) {
        const x = Math.min(Math.max(row.x + i * stepX - j * stepY, 0), lastX);
        const y = Math.min(Math.max(row.y + i * stepY + j * stepX, 0), lastY);
        // `| 0` cuts off; the coordinates are not negative.
        const left = x | 0;
        const top = y | 0;
        const d = (x - left) * (y - top);
        const b = x - left - d;
        const c = y - top - d;
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
}
