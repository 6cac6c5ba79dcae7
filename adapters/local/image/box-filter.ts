import { createPlane } from './raster';
import type { Plane } from './raster';

/**
 * Mean over a square of 2 radius + 1 pixels a side; beyond the edge the edge pixel repeats. With `factor`, the mean of the
 * product of both planes. Running sums, so the time does not depend on the radius; no plane but the result is made.
 */
export function boxFilter(source: Plane, radius: number, factor?: Plane): Plane {
  const { width, height } = source;
  const out = createPlane(width, height);
  const columns = new Float64Array(width);
  const add = factor === undefined ? addRow(source, columns) : addProductRow(source, factor, columns);
  for (let y = -radius; y <= radius; y++) add(clamp(y, height), 1);
  for (let y = 0; y < height; y++) {
    meanOfRow(columns, out.data.subarray(y * width, (y + 1) * width), radius);
    add(clamp(y + radius + 1, height), 1);
    add(clamp(y - radius, height), -1);
  }
  return out;
}

type AddRow = (y: number, sign: number) => void;

function addRow({ width, data }: Plane, columns: Float64Array): AddRow {
  return (y, sign) => {
    const row = y * width;
    for (let x = 0; x < width; x++) columns[x]! += sign * data[row + x]!;
  };
}

function addProductRow({ width, data }: Plane, factor: Plane, columns: Float64Array): AddRow {
  return (y, sign) => {
    const row = y * width;
    for (let x = 0; x < width; x++) columns[x]! += sign * data[row + x]! * factor.data[row + x]!;
  };
}

/** Means along a row of column sums. */
function meanOfRow(columns: Float64Array, out: Float32Array, radius: number): void {
  const last = columns.length - 1;
  const share = 1 / (2 * radius + 1) ** 2;
  let sum = columns[0]! * (radius + 1);
  for (let x = 1; x <= radius; x++) sum += columns[Math.min(x, last)]!;
  for (let x = 0; x <= last; x++) {
    out[x] = sum * share;
    sum += columns[Math.min(x + radius + 1, last)]! - columns[Math.max(x - radius, 0)]!;
  }
}

function clamp(y: number, height: number): number {
  return Math.min(Math.max(y, 0), height - 1);
}
