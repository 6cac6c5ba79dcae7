import type { FrameSize } from '../../../contracts/media';

/** A frame with its short side brought down to so many pixels, never up; both sides even, as 4:2:0 pictures need them. */
export function shrinkFrame({ width, height }: FrameSize, shortSide: number): FrameSize {
  const scale = Math.min(1, shortSide / Math.min(width, height));
  const even = (side: number): number => 2 * Math.round((side * scale) / 2);
  return { width: even(width), height: even(height) };
}
