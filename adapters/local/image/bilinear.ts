import type { Plane } from './raster';

/** A place between four pixels of a plane: the upper left one's index and the shares of its right and lower neighbours. */
export interface Cell {
  index: number;
  right: number;
  below: number;
}

/** Sets `cell` to the place (x, y), counted from the first pixel's centre and kept inside the plane. */
export function findCell(
  cell: Cell,
  { width, height }: { width: number; height: number },
  atX: number,
  atY: number,
): void {
  const x = Math.min(Math.max(atX, 0), width - 1.001);
  const y = Math.min(Math.max(atY, 0), height - 1.001);
  const left = Math.floor(x);
  const top = Math.floor(y);
  cell.index = top * width + left;
  cell.right = x - left;
  cell.below = y - top;
}

/** The value of a plane at a cell. */
export function readCell({ data, width }: Plane, { index, right, below }: Cell): number {
  const upper = data[index]! * (1 - right) + data[index + 1]! * right;
  const lower = data[index + width]! * (1 - right) + data[index + width + 1]! * right;
  return upper * (1 - below) + lower * below;
}
