import type { FrameSize } from '../../../contracts/media';
import { clamp } from './geometry';
import { TRIANGLE_FLOATS, type Box } from './rasteriser';

/** The part of a frame that the first `count` triangles may touch, with even sides. */
export function triangleBox(room: Float32Array, count: number, { width, height }: FrameSize): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let at = 0; at < count * TRIANGLE_FLOATS; at += TRIANGLE_FLOATS) {
    for (let corner = at; corner < at + 6; corner += 2) {
      const [x, y] = [room[corner]!, room[corner + 1]!];
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  const even = (value: number, limit: number): number => 2 * Math.floor(clamp(value, 0, limit) / 2);
  return { left: even(left, width), top: even(top, height), right: even(right + 2, width), bottom: even(bottom + 2, height) };
}
