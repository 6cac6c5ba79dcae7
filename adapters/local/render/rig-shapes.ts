import type { FaceMesh } from '../../capabilities/image';
import { EYES, FACE_OVAL, LIPS, MARK, SURFACE_POINTS } from './face-topology';
import { clamp, smoothStep, type Point } from './geometry';
import { landmark } from './rig-mesh';
import type { Measures, ShapeChannel } from './rig-types';

/** What the fields of the rig are computed from. */
export interface ShapeSource {
  mesh: FaceMesh;
  measures: Measures;
  points: readonly Point[];
  /** Size of the plate. */
  height: number;
}

/** How far the jaw drops at jaw = 1, in interocular distances. */
const JAW_DROP = 0.42;
/** Share of the jaw's drop that the corners of the mouth take part in. */
const CORNER_SHARE = 0.36;
/** Vertices of the face and of the first ring take part in the mouth's movement. */
const MOUTH_VERTICES = SURFACE_POINTS + FACE_OVAL.length;

/** For each vertex how much it follows the head: all of it down to the chin, none at the chest. */
export function followWeights({ points, measures }: ShapeSource): Float32Array {
  return Float32Array.from(
    points,
    ([, y]) => 1 - smoothStep(-0.15, 0.8, (y - measures.chin[1]) / (0.95 * measures.faceHeight)),
  );
}

/** The displacement fields, x and y per vertex, for one unit of each channel. */
export function shapeFields(source: ShapeSource): Record<ShapeChannel, Float32Array> {
  const field = (): Float32Array => new Float32Array(source.points.length * 2);
  const fields: Record<ShapeChannel, Float32Array> = {
    jaw: field(),
    close: field(),
    wide: field(),
    smile: field(),
    pucker: field(),
    blink: field(),
    brow: field(),
    breath: field(),
  };
  addJaw(source, fields.jaw);
  addClosure(source, fields.close);
  addMouthForms(source, fields);
  addBlink(source, fields.blink);
  addBrow(source, fields.brow);
  addBreath(source, fields.breath);
  return fields;
}

function addJaw({ mesh, points, measures }: ShapeSource, field: Float32Array): void {
  const upper = new Set(LIPS.upper.flatMap((row) => row.slice(1, -1)));
  const lower = new Set(LIPS.lower.flatMap((row) => row.slice(1, -1)));
  const corners = new Set(LIPS.upper.flatMap((row) => [row[0], row[row.length - 1]]));
  const [left, right] = [landmark(mesh, MARK.innerLeft)[0], landmark(mesh, MARK.innerRight)[0]];
  points.slice(0, SURFACE_POINTS).forEach(([px, py], i) => {
    const x = Math.abs(px - measures.mouth[0]) / measures.mouthReach;
    const y = (py - measures.mouth[1]) / measures.lipToChin;
    const end = px < measures.mouth[0] ? left : right;
    const reach = clamp((px - measures.mouth[0]) / (end - measures.mouth[0]), 0, 1);
    let share = jawShare(x, y);
    // The opening is a lens: both lips run into the corners, wherever those are seen from the side.
    if (upper.has(i)) share = CORNER_SHARE * reach ** 3;
    if (lower.has(i)) share = 1 - (1 - CORNER_SHARE) * reach ** 2;
    if (corners.has(i)) share = CORNER_SHARE;
    field[i * 2 + 1] = share * JAW_DROP * measures.interocular;
  });
  // What lies beside the jaw stays behind: hair, shoulders and the rim of a wide collar.
  JAW_AROUND.forEach((part, ring) =>
    FACE_OVAL.forEach((rim, k) => {
      const drop = field[rim * 2 + 1] ?? 0;
      field[(SURFACE_POINTS + ring * FACE_OVAL.length + k) * 2 + 1] = (part * drop ** 2) / (JAW_DROP * measures.interocular);
    }),
  );
}

/** How far the rings around the face go along below the chin: the skin under a jaw yields, a collar does not. */
const JAW_AROUND = [0.6, 0.08] as const;

/** Share of the jaw's drop for skin at (x, y): half mouth widths aside, lip-to-chin heights below the lips. */
function jawShare(x: number, y: number): number {
  let share = smoothStep(-0.45, 0.55, y);
  // Above the lip line only the cheeks may follow, not the upper lip and the nose.
  if (x < 1 && y < 0.05) share *= x ** 4;
  share *= 1 - 0.35 * smoothStep(1, 2.6, x);
  return share * (1 - smoothStep(1.7, 3.2, x));
}

/** How each lip contour moves, from the opening outwards, so that both meet: shares of the gap between the lips. */
const CLOSE_UPPER = [0.36, 0.33, 0.26, 0.18] as const;
const CLOSE_LOWER = [0.7, 0.62, 0.5, 0.4] as const;

/** Overlap of closed lips in interocular distances: more than twice the soft rim that rig.ts gives them. */
const OVERLAP = 0.045;
/** The same for lips that were photographed closed; their rim is cut less deep. */
const LEAST_OVERLAP = 0.014;

function addClosure({ mesh }: ShapeSource, field: Float32Array): void {
  for (let k = 1; k < LIPS.upper[0].length - 1; k++) {
    const edge = (row: readonly number[]): number => landmark(mesh, row[k] ?? 0)[1];
    const opening = Math.max(0, edge(LIPS.lower[0]) - edge(LIPS.upper[0]));
    // Both rims are soft, so lips that only just touch would let the teeth shine through; they overlap a little.
    const gap = opening + clamp(opening, LEAST_OVERLAP * mesh.interocular, OVERLAP * mesh.interocular);
    LIPS.upper.forEach((row, i) => (field[(row[k] ?? 0) * 2 + 1] = gap * (CLOSE_UPPER[i] ?? 0)));
    LIPS.lower.forEach((row, i) => (field[(row[k] ?? 0) * 2 + 1] = -gap * (CLOSE_LOWER[i] ?? 0)));
  }
}

/** Wide, smile and pucker: bells around the corners of the mouth or around its middle. */
function addMouthForms(
  { points, measures }: ShapeSource,
  fields: Record<'wide' | 'smile' | 'pucker', Float32Array>,
): void {
  points.slice(0, MOUTH_VERTICES).forEach(([px, py], i) => {
    const [dx, dy] = [px - measures.mouth[0], py - measures.mouth[1]];
    const [x, y] = [dx / measures.mouthReach, dy / measures.lipToChin];
    // The bells have tails; nothing of them may reach the eyes.
    const near = 1 - smoothStep(0.9, 1.35, Math.abs(y));
    if (Math.abs(x) >= 3 || near === 0) return;
    const corner = (spread: number, centre: number): number =>
      near * Math.exp(-((Math.abs(x) - centre) ** 2) / spread - (y * y) / (spread * 1.2));
    fields.wide[i * 2] = 0.16 * measures.mouthReach * corner(0.45, 0.9) * Math.sign(x);
    fields.smile[i * 2 + 1] = -0.16 * measures.lipToChin * corner(0.35, 1);
    const middle = near * Math.exp((-x * x) / 2.2 - (y * y) / 0.5);
    fields.pucker[i * 2] = -0.42 * dx * middle;
    // Rounded lips grow a little taller; the upper one stays down, or a gap would open above the teeth.
    fields.pucker[i * 2 + 1] = (dy > 0 ? 0.1 : 0) * dy * middle;
  });
}

/** Upper lid, its crease and the skin below the brow follow the blink by these shares; the lower lid comes to meet it. */
function addBlink({ mesh }: ShapeSource, field: Float32Array): void {
  for (const eye of EYES) {
    eye.upper.forEach((top, k) => {
      const below = eye.lower[k] ?? top;
      const [dx, dy] = [0, 1].map(
        (axis) => (landmark(mesh, below)[axis] ?? 0) - (landmark(mesh, top)[axis] ?? 0),
      );
      const move = (index: number | undefined, [sx, sy]: [number, number]): void => {
        if (index === undefined) return;
        field[index * 2] = (dx ?? 0) * sx;
        field[index * 2 + 1] = (dy ?? 0) * sy;
      };
      move(top, [0.98, 0.98]);
      move(eye.crease[k], [0, 0.42]);
      move(eye.lidRoot[k], [0, 0.1]);
      move(below, [0, -0.07]);
    });
  }
}

function addBrow({ mesh, points, measures }: ShapeSource, field: Float32Array): void {
  const d = measures.interocular;
  const lids = Math.max(...EYES.map((eye) => landmark(mesh, eye.lidRoot[3] ?? 0)[1]));
  const brows = (landmark(mesh, MARK.browLeft)[1] + landmark(mesh, MARK.browRight)[1]) / 2;
  points.slice(0, SURFACE_POINTS).forEach(([, y], i) => {
    if (y > lids) return;
    const weight = Math.exp(-(((y - brows) / (0.35 * d)) ** 2)) * smoothStep(0, 0.16 * d, lids - y);
    field[i * 2 + 1] = -0.1 * d * weight;
  });
}

/** The chest rises; the lower edge of the plate stays where it is, so that no gap opens below it. */
function addBreath({ points, measures, height }: ShapeSource, field: Float32Array): void {
  const shoulders = measures.pivot[1] + 0.25 * measures.faceHeight;
  points.forEach(([, y], i) => {
    const rise =
      smoothStep(measures.chin[1], shoulders, y) *
      clamp((height - y) / Math.max(1, height - shoulders), 0, 1);
    field[i * 2 + 1] = -0.022 * measures.interocular * rise;
  });
}
