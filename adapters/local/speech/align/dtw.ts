import type { Features } from '../dsp/mfcc';

/** For every frame of the reference: the middle of the frames of the target that it was matched with. */
export interface Warp {
  target: Float32Array;
  /** Mean distance along the path: 1.5 to 2.3 is good, above 2.8 the text or the reference is wrong. */
  cost: number;
}

/** Half the width of the band around the diagonal: a quarter of the target, between 0.8 and 15 s, in frames. */
const BAND_SHARE = 0.25;
const NARROWEST = 80;
const WIDEST = 1500;

const DIAGONAL = 1;
const REFERENCE_ONLY = 2;
const TARGET_ONLY = 3;

/**
 * Dynamic time warping of two feature sequences (Sakoe and Chiba 1978) with Euclidean distance in a band around the
 * diagonal. Memory is one byte for each cell of the band.
 */
export function warp(reference: Features, target: Features): Warp {
  const grid = new BandedGrid(reference.frames, target.frames);
  const cost = fillGrid(reference, target, grid);
  return { target: followPath(grid), cost: cost / (reference.frames + target.frames) };
}

class BandedGrid {
  private readonly reach: number;
  private readonly moves: Uint8Array;

  constructor(
    readonly rows: number,
    readonly columns: number,
  ) {
    const slope = columns / rows;
    this.reach = Math.ceil(Math.max(Math.min(WIDEST, Math.max(NARROWEST, columns * BAND_SHARE)), slope + 1));
    this.moves = new Uint8Array(rows * (2 * this.reach + 1));
  }

  first(row: number): number {
    return Math.max(0, this.centre(row) - this.reach);
  }

  last(row: number): number {
    return Math.min(this.columns - 1, this.centre(row) + this.reach);
  }

  set(row: number, column: number, move: number): void {
    this.moves[this.place(row, column)] = move;
  }

  get(row: number, column: number): number {
    return this.moves[this.place(row, column)]!;
  }

  private centre(row: number): number {
    return Math.round((row * (this.columns - 1)) / Math.max(1, this.rows - 1));
  }

  private place(row: number, column: number): number {
    return row * (2 * this.reach + 1) + (column - this.centre(row) + this.reach);
  }
}

function fillGrid(reference: Features, target: Features, grid: BandedGrid): number {
  let previous = new Float64Array(grid.columns).fill(Infinity);
  let current = new Float64Array(grid.columns).fill(Infinity);
  for (let row = 0; row < grid.rows; row++) {
    current.fill(Infinity);
    for (let column = grid.first(row); column <= grid.last(row); column++) {
      const diagonal =
        row === 0 || column === 0 ? (row + column === 0 ? 0 : Infinity) : previous[column - 1]!;
      const above = row === 0 ? Infinity : previous[column]!;
      const left = column === 0 ? Infinity : current[column - 1]!;
      const best = Math.min(diagonal, above, left);
      if (best === Infinity) continue;
      grid.set(row, column, best === diagonal ? DIAGONAL : best === above ? REFERENCE_ONLY : TARGET_ONLY);
      current[column] = best + distance(reference, row, target, column);
    }
    [previous, current] = [current, previous];
  }
  return previous[grid.columns - 1]!;
}

function distance(a: Features, row: number, b: Features, column: number): number {
  const width = a.width;
  let sum = 0;
  for (let k = 0; k < width; k++) {
    const difference = a.values[row * width + k]! - b.values[column * width + k]!;
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}

function followPath(grid: BandedGrid): Float32Array {
  const target = new Float32Array(grid.rows);
  let row = grid.rows - 1;
  let column = grid.columns - 1;
  let lastColumn = column;
  while (row > 0 || column > 0) {
    const move = grid.get(row, column);
    const firstColumn = column;
    if (move !== REFERENCE_ONLY && column > 0) column--;
    if (move !== TARGET_ONLY && row > 0) {
      target[row] = (firstColumn + lastColumn) / 2;
      row--;
      lastColumn = column;
    }
  }
  target[0] = lastColumn / 2;
  return target;
}
