import { createPlane } from './raster';
import type { Plane } from './raster';

/** Mean over a square of 2 radius + 1 pixels a side; beyond the edge the edge pixel repeats. Time does not depend on the radius. */
export function boxFilter(source: Plane, radius: number): Plane {
  return boxColumns(boxRows(source, radius), radius);
}

function boxRows({ width, height, data }: Plane, radius: number): Plane {
  const out = createPlane(width, height);
  const share = 1 / (2 * radius + 1);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const last = row + width - 1;
    let sum = data[row]! * (radius + 1);
    for (let x = 1; x <= radius; x++) sum += data[Math.min(row + x, last)]!;
    for (let x = 0; x < width; x++) {
      out.data[row + x] = sum * share;
      sum += data[Math.min(row + x + radius + 1, last)]! - data[Math.max(row + x - radius, row)]!;
    }
  }
  return out;
}

/** Row by row with one running sum a column: far kinder to the cache than walking down each column. */
function boxColumns({ width, height, data }: Plane, radius: number): Plane {
  const out = createPlane(width, height);
  const share = 1 / (2 * radius + 1);
  const sums = new Float64Array(width);
  const add = (y: number, sign: number) => {
    const row = Math.min(Math.max(y, 0), height - 1) * width;
    for (let x = 0; x < width; x++) sums[x]! += sign * data[row + x]!;
  };
  for (let y = -radius; y <= radius; y++) add(y, 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out.data[y * width + x] = sums[x]! * share;
    add(y + radius + 1, 1);
    add(y - radius, -1);
  }
  return out;
}
