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
export function sharpenPlate(plate: Plate, sharpening: Sharpening): void {
  const blurred = blurredRows(plate);
  // Row by row, because a short function that is called often is compiled long before a long one would be.
  for (let y = 0; y < plate.height; y++) sharpenRow(plate, blurred, y, sharpening);
}

function sharpenRow({ width, height, rgba }: Plate, [weighted, weight]: BlurredRows, y: number, { flat, edges }: Sharpening): void {
  const here = y * width;
  const [above, up] = [clampRow(y - 2, height) * width, clampRow(y - 1, height) * width];
  const [down, below] = [clampRow(y + 1, height) * width, clampRow(y + 2, height) * width];
  for (let x = 0; x < width; x++) {
    const at = (here + x) * 4;
    if (rgba[at + 3] === 0) continue;
    const light = acrossRows(weighted[above + x]! + weighted[below + x]!, weighted[up + x]! + weighted[down + x]!, weighted[here + x]!);
    const all = acrossRows(weight[above + x]! + weight[below + x]!, weight[up + x]! + weight[down + x]!, weight[here + x]!);
    const more = boost(brightness(rgba, at) - light / all, flat, edges);
    rgba[at] = level(rgba[at]! + more);
    rgba[at + 1] = level(rgba[at + 1]! + more);
    rgba[at + 2] = level(rgba[at + 2]! + more);
  }
}

/** The mean of five rows, of which those equally far away are added up. */
function acrossRows(outer: number, inner: number, middle: number): number {
  return TAPS[0] * outer + TAPS[1] * inner + TAPS[2] * middle;
}

function level(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}

/** Brightness times alpha, and alpha, both blurred along the rows. */
type BlurredRows = readonly [weighted: Float32Array, weight: Float32Array];

function blurredRows({ width, height, rgba }: Plate): BlurredRows {
  const planes = [new Float32Array(width * height), new Float32Array(width * height)] as const;
  const row = [new Float32Array(width + 4), new Float32Array(width + 4)] as const;
  for (let y = 0; y < height; y++) {
    const start = y * width;
    readRow(row, rgba.subarray(start * 4, (start + width) * 4));
    blurRow(row[0], planes[0].subarray(start, start + width));
    blurRow(row[1], planes[1].subarray(start, start + width));
  }
  return planes;
}

/** A row of the plate with its ends repeated twice. */
function readRow([weighted, weight]: BlurredRows, rgba: Uint8Array): void {
  const last = rgba.length / 4 - 1;
  for (let x = -2; x <= last + 2; x++) {
    const at = Math.min(Math.max(x, 0), last) * 4;
    weight[x + 2] = rgba[at + 3]!;
    weighted[x + 2] = rgba[at + 3]! * brightness(rgba, at);
  }
}

function blurRow(row: Float32Array, into: Float32Array): void {
  const [a, b, c] = TAPS;
  for (let x = 0; x < into.length; x++) into[x] = a * (row[x]! + row[x + 4]!) + b * (row[x + 1]! + row[x + 3]!) + c * row[x + 2]!;
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
