import { FACE_CHANNELS } from '../../capabilities/lip-sync';
import { LIPS } from './face-topology';
import { clamp } from './geometry';
import { SHAPE_CHANNELS, type Channels, type Eyeball, type Patch, type Rig } from './rig-types';
import { TRIANGLE_FLOATS } from './rasteriser';

/** Where plate pixels land in the frame: frame = offset + scale * plate. */
export interface Placement {
  scale: number;
  x: number;
  y: number;
}

/** How far the iris moves at gaze 1, in interocular distances. */
const GAZE_REACH = { x: 0.075, y: 0.038 } as const;
/** The upper lid goes along when the eyes look down. */
const LID_FOLLOWS_GAZE = 0.25;

/** Limits beyond which the picture breaks; values outside are cut off. */
const LIMITS: Required<Channels> = {
  jaw: 1,
  close: 1,
  wide: 1,
  smile: 1,
  pucker: 1,
  blink: 1,
  brow: 1,
  gaze_x: 1,
  gaze_y: 1,
  yaw: 0.3,
  pitch: 0.25,
  roll: 0.15,
  tx: 0.4,
  ty: 0.4,
  lean: 0.25,
  breath: 1,
};

/** A posed head: the points of all vertices, and the transform that things hanging on the head share. */
export interface Posed {
  points: Float32Array;
  /** Moves a point of the plate with the head; `follow` 1 is the face itself. */
  move(x: number, y: number, part: { depth: number; follow: number }): [number, number];
  channels: Required<Channels>;
}

/** Number of triangles that one frame of the rig takes. */
export function triangleCount(rig: Rig): number {
  const eyes = rig.eyes.reduce((sum, eye) => sum + (2 * eye.triangles.length) / 3, 0);
  return rig.skin.length / 3 + eyes + mouthLoop().length + 2 * rig.teeth.depth.length;
}

/** Positions of all vertices for the channels' values. Pure; 0.3 ms for 800 vertices. */
export function poseRig(rig: Rig, channels: Channels): Posed {
  const values = limited(channels);
  const move = headTransform(rig, values);
  const local = rig.points.slice();
  for (const name of SHAPE_CHANNELS) {
    const amount = values[name] + (name === 'blink' ? LID_FOLLOWS_GAZE * Math.max(0, values.gaze_y) : 0);
    const field = rig.shapes[name];
    if (amount !== 0) for (let i = 0; i < local.length; i++) local[i] = local[i]! + amount * field[i]!;
  }
  for (let i = 0; i < rig.depth.length; i++) {
    const [x, y] = move(local[i * 2]!, local[i * 2 + 1]!, { depth: rig.depth[i]!, follow: rig.follow[i]! });
    local[i * 2] = x;
    local[i * 2 + 1] = y;
  }
  return { points: local, move, channels: values };
}

function limited(channels: Channels): Required<Channels> {
  const values = { ...LIMITS };
  for (const name of FACE_CHANNELS) {
    values[name] = clamp(channels[name] ?? 0, -LIMITS[name], LIMITS[name]);
  }
  return values;
}

/** Turn, nod and tilt about the root of the neck, shift, and lean, each weighted by how far a part follows the head. */
function headTransform(rig: Rig, values: Required<Channels>): Posed['move'] {
  const { faceCentre, pivot, interocular } = rig.measures;
  const [cosRoll, sinRoll] = [Math.cos(values.roll), Math.sin(values.roll)];
  const narrow = 1 - Math.cos(values.yaw);
  const shorten = 1 - Math.cos(values.pitch);
  return (x, y, { depth, follow }) => {
    const turnedX =
      x + Math.sin(values.yaw) * depth - narrow * (x - faceCentre[0]) + values.tx * interocular - pivot[0];
    const turnedY =
      y + Math.sin(values.pitch) * depth - shorten * (y - faceCentre[1]) + values.ty * interocular - pivot[1];
    const headX = pivot[0] + cosRoll * turnedX - sinRoll * turnedY;
    const headY = pivot[1] + sinRoll * turnedX + cosRoll * turnedY;
    // The body grows less than the head, and never shrinks: its lower edge must stay below the frame.
    const grow = 1 + (values.lean > 0 ? values.lean * (0.5 + 0.5 * follow) : values.lean * follow);
    const [px, py] = [x + follow * (headX - x), y + follow * (headY - y)];
    return [pivot[0] + (px - pivot[0]) * grow, pivot[1] + (py - pivot[1]) * grow];
  };
}

/** The opening of the mouth as a loop of vertices. */
function mouthLoop(): number[] {
  return [...LIPS.upper[0], ...LIPS.lower[0].slice(1, -1).reverse()];
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

/** A fan over the opening of the mouth, somewhat larger than it. */
function writeCavity(writer: TriangleWriter, rig: Rig, posed: Posed): void {
  const loop = mouthLoop().map((i): [number, number] => [posed.points[i * 2]!, posed.points[i * 2 + 1]!]);
  const xs = loop.map(([x]) => x);
  const ys = loop.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const middle: [number, number] = [(left + right) / 2, (top + bottom) / 2];
  // Upper lip upwards, lower lip downwards, corners aside: the cavity must reach behind the soft rim of the skin.
  const margin = 0.035 * rig.measures.interocular;
  const last = LIPS.upper[0].length - 1;
  const grown = loop.map(([x, y], i): [number, number] => {
    if (i % last === 0 && i <= last) return [x + (i === 0 ? -margin : margin), y];
    return [x, y + (i < last ? -margin : margin)];
  });
  const inset = 2;
  const texel = ([x, y]: [number, number]): [number, number] => [
    rig.cavity.x +
      inset +
      clamp((x - left) / Math.max(1, right - left), 0, 1) * (rig.cavity.width - 2 * inset),
    rig.cavity.y +
      inset +
      clamp((y - top) / Math.max(1, bottom - top), 0, 1) * (rig.cavity.height - 2 * inset),
  ];
  grown.forEach((point, i) => {
    const next = grown[(i + 1) % grown.length] ?? point;
    writer.corner(0, middle, texel(middle));
    writer.corner(1, point, texel(point));
    writer.corner(2, next, texel(next));
  });
}

/** Upper teeth hang on the skull: they follow the head, not the jaw. A curved strip, as deep as the lip before it. */
function writeTeeth(writer: TriangleWriter, rig: Rig, posed: Posed): void {
  const { patch, place, depth } = rig.teeth;
  // A closing upper lip comes down a little; the teeth go along by less, as they do in a face.
  const drop = posed.channels.close * 0.15 * rig.measures.mouthGap;
  const steps = depth.length - 1;
  const put = (corner: number, column: number, v: number): void => {
    const u = column / steps;
    const [x, y] = [place.x + u * place.width, place.y + v * place.height + drop];
    writer.corner(corner, posed.move(x, y, { depth: depth[column]!, follow: 1 }), inPatch(patch, u, v));
  };
  for (let column = 0; column < steps; column++) {
    for (const [corner, [dx, v]] of [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
      [1, 1],
      [0, 1],
    ].entries())
      put(corner % 3, column + (dx ?? 0), v ?? 0);
  }
}

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

function writeEyeball(writer: TriangleWriter, eye: Eyeball, { posed, shift }: { posed: Posed; shift: readonly [number, number] }): void {
  for (let i = 0; i < eye.triangles.length; i++) {
    const k = eye.triangles[i]!;
    const [x, y] = [eye.points[k * 2]! + shift[0] * eye.gaze[k]!, eye.points[k * 2 + 1]! + shift[1] * eye.gaze[k]!];
    writer.corner(i % 3, posed.move(x, y, { depth: eye.depth[k]!, follow: 1 }), [eye.texels[k * 2]!, eye.texels[k * 2 + 1]!]);
  }
}
