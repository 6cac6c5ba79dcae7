import { LIPS } from './face-topology';
import { clamp } from './geometry';
import { TRIANGLE_FLOATS } from './rasteriser';
import type { Posed } from './rig-pose';
import type { Eyeball, Patch, Placement, Rig } from './rig-types';

/** How far the iris moves at gaze 1, in interocular distances. */
const GAZE_REACH = { x: 0.075, y: 0.038 } as const;

/** Number of triangles that one frame of the rig takes. */
export function triangleCount(rig: Rig): number {
  const eyes = rig.eyes.reduce((sum, eye) => sum + (2 * eye.triangles.length) / 3, 0);
  return rig.skin.length / 3 + eyes + 2 * (LIPS.upper[0].length + 1) + 2 * rig.teeth.depth.length;
}

/** Writes triangles one after another. */
class TriangleWriter {
  count = 0;
  constructor(
    private readonly room: Float32Array,
    private readonly placement: Placement,
  ) {}

  corner(index: number, point: readonly [number, number], texel: readonly [number, number]): void {
    const at = this.count * TRIANGLE_FLOATS + index * 2;
    this.room[at] = this.placement.x + this.placement.scale * point[0];
    this.room[at + 1] = this.placement.y + this.placement.scale * point[1];
    this.room[at + 6] = texel[0];
    this.room[at + 7] = texel[1];
    if (index === 2) this.count++;
  }
}

/**
 * Writes the frame's triangles in painting order: mouth, teeth, eyeballs, then the skin that covers them.
 * `room` holds at least `triangleCount(rig)` triangles; returns how many were written.
 */
export function writeTriangles(
  rig: Rig,
  posed: Posed,
  target: { room: Float32Array; placement: Placement },
): number {
  const writer = new TriangleWriter(target.room, target.placement);
  writeCavity(writer, rig, posed);
  writeTeeth(writer, rig, posed);
  for (const eye of rig.eyes) writeEye(writer, eye, { rig, posed });
  for (let i = 0; i < rig.skin.length; i++) {
    const at = rig.skin[i]! * 2;
    writer.corner(i % 3, [posed.points[at]!, posed.points[at + 1]!], [rig.points[at]!, rig.points[at + 1]!]);
  }
  return writer.count;
}

/** How far the cavity reaches behind the lips, in interocular distances: further than their soft rim. */
const CAVITY_MARGIN = 0.035;

/** A strip of cells behind the lips, one for each pair of landmarks and one beyond each corner of the mouth. */
function writeCavity(writer: TriangleWriter, rig: Rig, posed: Posed): void {
  const margin = CAVITY_MARGIN * rig.measures.interocular;
  const columns = mouthColumns(posed, margin);
  const ys = columns.flatMap(({ top, bottom }) => [top[1], bottom[1]]);
  const [left, right] = [columns[0]?.top[0] ?? 0, columns.at(-1)?.top[0] ?? 1];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const corner = (index: number, [x, y]: Corner): void => {
    const [u, v] = [(x - left) / Math.max(1, right - left), (y - top) / Math.max(1, bottom - top)];
    writer.corner(index, [x, y], inPatch(inset(rig.cavity), clamp(u, 0, 1), clamp(v, 0, 1)));
  };
  columns.slice(1).forEach((next, i) => {
    const before = columns[i] ?? next;
    [before.top, next.top, next.bottom, before.top, next.bottom, before.bottom].forEach((point, k) =>
      corner(k % 3, point),
    );
  });
}

type Corner = readonly [number, number];

function mouthColumns(posed: Posed, margin: number): { top: Corner; bottom: Corner }[] {
  const point = (i: number): Corner => [posed.points[i * 2]!, posed.points[i * 2 + 1]!];
  const columns = LIPS.upper[0].map((upper, k) => {
    const [above, below] = [point(upper), point(LIPS.lower[0][k] ?? upper)];
    // Closed lips overlap, so the lower one may lie above.
    const [top, bottom] = [Math.min(above[1], below[1]), Math.max(above[1], below[1])];
    return { top: [above[0], top - margin] as const, bottom: [below[0], bottom + margin] as const };
  });
  const beyond = (
    column: { top: Corner; bottom: Corner } | undefined,
    aside: number,
  ): { top: Corner; bottom: Corner } => {
    const [x, top, bottom] = [column?.top[0] ?? 0, column?.top[1] ?? 0, column?.bottom[1] ?? 0];
    return { top: [x + aside, top], bottom: [x + aside, bottom] };
  };
  return [beyond(columns[0], -margin), ...columns, beyond(columns.at(-1), margin)];
}

/** Two texels inside a patch, where bilinear samples do not reach over its rim. */
function inset({ x, y, width, height }: Patch): Patch {
  return { x: x + 2, y: y + 2, width: width - 4, height: height - 4 };
}

/** Upper teeth hang on the skull: they follow the head, not the jaw. A curved strip, as deep as the lip before it. */
function writeTeeth(writer: TriangleWriter, rig: Rig, posed: Posed): void {
  const { patch, place, depth, bend } = rig.teeth;
  // A closing upper lip comes down a little; the teeth go along by less, as they do in a face.
  const drop = posed.channels.close * 0.15 * rig.measures.mouthGap;
  const steps = depth.length - 1;
  const put = (corner: number, column: number, v: number): void => {
    const u = column / steps;
    const [x, y] = [place.x + u * place.width, place.y + v * place.height + drop + bend[column]!];
    writer.corner(corner, posed.move(x, y, { depth: depth[column]!, follow: 1 }), inPatch(patch, u, v));
  };
  for (let column = 0; column < steps; column++) {
    CELL.forEach(([right, v], i) => put(i % 3, column + right, v));
  }
}

/** The corners of a cell's two triangles, as steps to the right and down. */
const CELL = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 0],
  [1, 1],
  [0, 1],
] as const;

function inPatch(patch: Patch, u: number, v: number): [number, number] {
  return [patch.x + u * patch.width, patch.y + v * patch.height];
}

/** The eyeball as photographed first, then the one with the moved iris: its mesh may fold, and must not leave holes. */
function writeEye(writer: TriangleWriter, eye: Eyeball, { rig, posed }: { rig: Rig; posed: Posed }): void {
  const { gaze_x, gaze_y } = posed.channels;
  writeEyeball(writer, eye, { posed, shift: [0, 0] });
  if (gaze_x === 0 && gaze_y === 0) return;
  const d = rig.measures.interocular;
  writeEyeball(writer, eye, { posed, shift: [gaze_x * GAZE_REACH.x * d, gaze_y * GAZE_REACH.y * d] });
}

function writeEyeball(
  writer: TriangleWriter,
  eye: Eyeball,
  { posed, shift }: { posed: Posed; shift: readonly [number, number] },
): void {
  for (let i = 0; i < eye.triangles.length; i++) {
    const k = eye.triangles[i]!;
    const [x, y] = [
      eye.points[k * 2]! + shift[0] * eye.gaze[k]!,
      eye.points[k * 2 + 1]! + shift[1] * eye.gaze[k]!,
    ];
    writer.corner(i % 3, posed.move(x, y, { depth: eye.depth[k]!, follow: 1 }), [
      eye.texels[k * 2]!,
      eye.texels[k * 2 + 1]!,
    ]);
  }
}
