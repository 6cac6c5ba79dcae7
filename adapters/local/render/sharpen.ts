import { luma } from '../image/raster';
import type { Plate } from './plate';

/** A Gaussian of one pixel, cut off at two. */
const TAPS = [3 / 50, 12 / 50, 20 / 50, 12 / 50, 3 / 50] as const;
/** Levels (of 255) below which a difference counts as flat skin or noise, and the most that is added or taken away. */
const FLAT = 5;
const MOST = { brighter: 25, darker: 50 } as const;

/** How much of the detail is added again, in flat parts and at edges. */
export interface Sharpening {
  flat: number;
  edges: number;
}

/**
 * An unsharp mask on brightness alone, so that no colour shifts. Detail is what differs from the neighbourhood, whose
 * pixels count by their alpha: what lies outside a cut-out does not draw a rim along its edge. Changes the plate.
 */
export function sharpenPlate(plate: Plate, { flat, edges }: Sharpening): void {
  const { width, height, rgba } = plate;
  const [weighted, weight] = blurredRows(plate);
  const [a, b, c] = TAPS;
  for (let y = 0; y < height; y++) {
    const [above, up, down, below] = [-2, -1, 1, 2].map((step) => (clampRow(y + step, height) - y) * width);
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const at = i * 4;
      if (rgba[at + 3] === 0) continue;
      const mean = (plane: Float32Array): number =>
        a * (plane[i + above!]! + plane[i + below!]!) + b * (plane[i + up!]! + plane[i + down!]!) + c * plane[i]!;
      const detail = brightness(rgba, at) - mean(weighted) / mean(weight);
      const more = boost(detail, flat, edges);
      for (let channel = at; channel < at + 3; channel++)
        rgba[channel] = Math.max(0, Math.min(255, Math.round(rgba[channel]! + more)));
    }
  }
}

/** Brightness times alpha, and alpha, both blurred along the rows. */
function blurredRows({ width, height, rgba }: Plate): [Float32Array, Float32Array] {
  const size = width * height;
  const planes: [Float32Array, Float32Array] = [new Float32Array(size), new Float32Array(size)];
  const row = [new Float32Array(width + 4), new Float32Array(width + 4)] as const;
  const [a, b, c] = TAPS;
  for (let y = 0; y < height; y++) {
    for (let x = -2; x < width + 2; x++) {
      const at = (y * width + Math.min(Math.max(x, 0), width - 1)) * 4;
      row[1][x + 2] = rgba[at + 3]!;
      row[0][x + 2] = rgba[at + 3]! * brightness(rgba, at);
    }
    for (const k of [0, 1] as const) {
      const [line, plane] = [row[k], planes[k]];
      for (let x = 0, i = y * width; x < width; x++, i++)
        plane[i] = a * (line[x]! + line[x + 4]!) + b * (line[x + 1]! + line[x + 3]!) + c * line[x + 2]!;
    }
  }
  return planes;
}

function clampRow(y: number, height: number): number {
  return Math.min(Math.max(y, 0), height - 1);
}

function brightness(rgba: Uint8Array, at: number): number {
  return luma(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!);
}

/** What is added for a detail: little where it is small, more beyond that, never so much that it rings. */
function boost(detail: number, flat: number, edges: number): number {
  const size = Math.abs(detail);
  const more = size <= FLAT ? flat * size : flat * FLAT + edges * (size - FLAT);
  return detail < 0 ? -Math.min(more, MOST.darker) : Math.min(more, MOST.brighter);
}
