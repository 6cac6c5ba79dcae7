/** A point in pixels, y downwards. */
export type Point = readonly [number, number];

/** 0 at `from`, 1 at `to`, with level ends (Hermite); outside that clamped. */
export function smoothStep(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

export function midpoint(a: Point, b: Point): Point {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** Mean of points; the origin for none. */
export function centroid(points: readonly Point[]): Point {
  const count = Math.max(1, points.length);
  return [points.reduce((sum, p) => sum + p[0], 0) / count, points.reduce((sum, p) => sum + p[1], 0) / count];
}

/** Even-odd rule; points on the outline may fall on either side. */
export function insidePolygon([x, y]: Point, outline: readonly Point[]): boolean {
  let inside = false;
  let previous = outline[outline.length - 1];
  for (const corner of outline) {
    if (previous && corner[1] > y !== previous[1] > y) {
      const at = ((previous[0] - corner[0]) * (y - corner[1])) / (previous[1] - corner[1]) + corner[0];
      if (x < at) inside = !inside;
    }
    previous = corner;
  }
  return inside;
}

/** Distance to the nearest edge of a closed outline. */
export function distanceToOutline(point: Point, outline: readonly Point[]): number {
  return outline.reduce((nearest, corner, i) => {
    const next = outline[(i + 1) % outline.length] ?? corner;
    return Math.min(nearest, distanceToSegment(point, corner, next));
  }, Infinity);
}

function distanceToSegment(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const t = length > 0 ? clamp(((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length, 0, 1) : 0;
  return distance(point, [a[0] + t * dx, a[1] + t * dy]);
}

/** The upright box around points. */
export function boundsOf(points: readonly Point[]): {
  left: number;
  top: number;
  right: number;
  bottom: number;
} {
  return points.reduce(
    (box, [x, y]) => ({
      left: Math.min(box.left, x),
      top: Math.min(box.top, y),
      right: Math.max(box.right, x),
      bottom: Math.max(box.bottom, y),
    }),
    { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity },
  );
}
