/** A point in a picture, pixels from the top left corner; the centre of the first pixel is (0.5, 0.5). */
export type Point = [x: number, y: number];

/**
 * Maps a target picture onto a source picture: the target's centre lies at `centre`, one target pixel is `scale` source
 * pixels wide, and the target's x axis points `angle` radians (clockwise) from the source's.
 */
export interface Similarity {
  centre: Point;
  scale: number;
  angle: number;
  target: { width: number; height: number };
}

/** Where a point of the target lies in the source. */
export function toSource(map: Similarity, [x, y]: Point): Point {
  const u = (x - map.target.width / 2) * map.scale;
  const v = (y - map.target.height / 2) * map.scale;
  const cos = Math.cos(map.angle);
  const sin = Math.sin(map.angle);
  return [map.centre[0] + cos * u - sin * v, map.centre[1] + sin * u + cos * v];
}

/** Where a point of the source lies in the target. */
export function toTarget(map: Similarity, [x, y]: Point): Point {
  const dx = (x - map.centre[0]) / map.scale;
  const dy = (y - map.centre[1]) / map.scale;
  const cos = Math.cos(map.angle);
  const sin = Math.sin(map.angle);
  return [cos * dx + sin * dy + map.target.width / 2, -sin * dx + cos * dy + map.target.height / 2];
}
