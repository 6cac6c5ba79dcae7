import type { Point } from './geometry';

interface Circle {
  corners: [number, number, number];
  x: number;
  y: number;
  radius2: number;
}

/**
 * Delaunay triangulation by insertion (Bowyer 1981, Watson 1981): three point numbers a triangle. Quadratic, meant for
 * some hundred points. Grid points lie on common circles, where the triangulation is not unique; each point is therefore
 * judged as if shifted by under a hundredth of a pixel, always by the same amount.
 */
export function triangulate(points: readonly Point[]): [number, number, number][] {
  const count = points.length;
  const shifted = points.map(([x, y], i): Point => [x + wobble(i), y + wobble(i + 7919)]);
  const reach = 1 + Math.max(...shifted.map(([x, y]) => Math.max(Math.abs(x), Math.abs(y))));
  // Three corners far outside hold every point; what still touches them at the end is the outside.
  const all: Point[] = [...shifted, [-60 * reach, -50 * reach], [60 * reach, -50 * reach], [0, 70 * reach]];
  let circles = [circleThrough(all, [count, count + 1, count + 2])];
  for (let i = 0; i < count; i++) circles = insert(all, circles, i);
  return circles
    .map((circle) => circle.corners)
    .filter((corners) => corners.every((corner) => corner < count));
}

function insert(points: readonly Point[], circles: Circle[], index: number): Circle[] {
  const [x, y] = points[index] ?? [0, 0];
  const kept: Circle[] = [];
  const edges = new Map<string, [number, number]>();
  for (const circle of circles) {
    if ((circle.x - x) ** 2 + (circle.y - y) ** 2 >= circle.radius2) {
      kept.push(circle);
      continue;
    }
    const [a, b, c] = circle.corners;
    for (const edge of [
      [a, b],
      [b, c],
      [c, a],
    ] as const)
      toggle(edges, edge);
  }
  for (const [a, b] of edges.values()) kept.push(circleThrough(points, [a, b, index]));
  return kept;
}

/** An edge that two removed triangles share lies inside the hole; only the others stay. */
function toggle(edges: Map<string, [number, number]>, [a, b]: readonly [number, number]): void {
  if (!edges.delete(`${b} ${a}`) && !edges.delete(`${a} ${b}`)) edges.set(`${a} ${b}`, [a, b]);
}

function circleThrough(points: readonly Point[], corners: [number, number, number]): Circle {
  const [a, b, c] = corners.map((i) => points[i] ?? ([0, 0] as const));
  const [ax, ay] = a ?? [0, 0];
  const [bx, by] = [(b?.[0] ?? 0) - ax, (b?.[1] ?? 0) - ay];
  const [cx, cy] = [(c?.[0] ?? 0) - ax, (c?.[1] ?? 0) - ay];
  const twice = 2 * (bx * cy - by * cx);
  const [b2, c2] = [bx * bx + by * by, cx * cx + cy * cy];
  const [dx, dy] = [(cy * b2 - by * c2) / twice, (bx * c2 - cx * b2) / twice];
  return { corners, x: ax + dx, y: ay + dy, radius2: dx * dx + dy * dy };
}

function wobble(index: number): number {
  const mixed = Math.imul(index + 1, 0x9e3779b1) >>> 0;
  return (mixed / 4_294_967_296 - 0.5) * 0.01;
}
