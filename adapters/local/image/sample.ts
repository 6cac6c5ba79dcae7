import type { Raster } from './raster';
import { toSource } from './similarity';
import type { Similarity } from './similarity';

/** Samples a side at most; beyond that the source has been shrunk before. */
const MAX_SUPERSAMPLES = 6;

/**
 * Resamples an RGB picture through a similarity into interleaved floats 0..255, bilinear, with as many samples a pixel
 * as the source is finer than the target (so a small crop does not alias). Beyond the edge the edge pixel repeats.
 */
export function sampleSimilarity(source: Raster, map: Similarity): Float32Array {
  const { width, height } = map.target;
  const samples = Math.max(1, Math.min(MAX_SUPERSAMPLES, Math.round(map.scale)));
  const out = new Float32Array(width * height * 3);
  const [originX, originY] = toSource(map, [0, 0]);
  const stepX = Math.cos(map.angle) * map.scale;
  const stepY = Math.sin(map.angle) * map.scale;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      for (let j = 0; j < samples; j++) {
        for (let i = 0; i < samples; i++) {
          const u = x + (i + 0.5) / samples;
          const v = y + (j + 0.5) / samples;
          addBilinear(source, originX + stepX * u - stepY * v, originY + stepY * u + stepX * v, out, to);
        }
      }
    }
  }
  const share = 1 / (samples * samples);
  if (samples > 1) for (let i = 0; i < out.length; i++) out[i]! *= share;
  return out;
}

function addBilinear(source: Raster, atX: number, atY: number, out: Float32Array, to: number): void {
  const x = Math.min(Math.max(atX - 0.5, 0), source.width - 1.001);
  const y = Math.min(Math.max(atY - 0.5, 0), source.height - 1.001);
  const left = Math.floor(x);
  const top = Math.floor(y);
  const right = x - left;
  const below = y - top;
  const { channels, data } = source;
  const p = (top * source.width + left) * channels;
  const q = p + (source.height > 1 ? source.width * channels : 0);
  const next = source.width > 1 ? channels : 0;
  for (let c = 0; c < 3; c++) {
    const upper = data[p + c]! * (1 - right) + data[p + next + c]! * right;
    const lower = data[q + c]! * (1 - right) + data[q + next + c]! * right;
    out[to + c]! += upper * (1 - below) + lower * below;
  }
}
