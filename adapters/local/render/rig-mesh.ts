import type { FaceMesh } from '../../capabilities/image';
import { FACE_TRIANGLES } from './face-tessellation';
import { EYES, FACE_OVAL, LIPS, MARK, SURFACE_POINTS, type EyeLandmarks } from './face-topology';
import { centroid, clamp, distance, insidePolygon, midpoint, type Point } from './geometry';
import type { Plate } from './plate';
import type { Measures } from './rig-types';
import { triangulate } from './triangulate';

/** Vertices and triangles of the whole subject before weights: face, rings around it, body grid. */
export interface SubjectMesh {
  points: Point[];
  depth: number[];
  triangles: [number, number, number][];
}

/** How far outside the oval each ring lies, and how much of the oval's depth it keeps. */
const RINGS = [
  { reach: 1.16, depth: 0.92 },
  { reach: 1.42, depth: 0.75 },
  { reach: 1.85, depth: 0.5 },
] as const;

/** Cells of the body grid along the plate's longer side. */
const GRID_CELLS = 16;

/** Point of a landmark; the mesh always holds 478 of them. */
export function landmark(mesh: FaceMesh, index: number): Point {
  const found = mesh.landmarks[index];
  if (!found) throw new RangeError(`the face mesh has no landmark ${index}`);
  return [found[0], found[1]];
}

export function measureFace(mesh: FaceMesh): Measures {
  const at = (index: number): Point => landmark(mesh, index);
  const [upper, lower, chin, forehead] = [
    at(MARK.upperLip),
    at(MARK.lowerLip),
    at(MARK.chin),
    at(MARK.forehead),
  ];
  const mouth = midpoint(upper, lower);
  const faceHeight = chin[1] - forehead[1];
  const centreX = (at(MARK.cheekLeft)[0] + at(MARK.cheekRight)[0]) / 2;
  return {
    interocular: mesh.interocular,
    mouth,
    mouthReach: distance(at(MARK.mouthLeft), at(MARK.mouthRight)) / 2,
    lipToChin: chin[1] - mouth[1],
    mouthGap: lower[1] - upper[1],
    chin,
    faceHeight,
    faceCentre: [centreX, (forehead[1] + chin[1]) / 2],
    pivot: [centreX, chin[1] + 0.35 * faceHeight],
  };
}

/** The mesh of face, rings and body. Eyes and the opening of the mouth stay holes. */
export function meshSubject(plate: Plate, mesh: FaceMesh, measures: Measures): SubjectMesh {
  const subject: SubjectMesh = {
    points: mesh.landmarks.slice(0, SURFACE_POINTS).map(([x, y]) => [x, y]),
    depth: faceDepth(mesh),
    triangles: faceTriangles(),
  };
  const outline = addRings(subject, plate, measures);
  addBody(subject, plate, outline);
  limitSlope(subject);
  subject.triangles = subject.triangles.filter(visibleIn(plate, subject.points));
  return subject;
}

/** Steepest change of depth along the picture: at 1.6 a turn by 0.3 narrows cells to half and folds none. */
const STEEPEST = 1.6;

/**
 * Lifts what lies too deep behind anything near it, so that depth is a function of the place in the picture and no steeper
 * than `STEEPEST`. The side of a face is seen almost edge on, in a half profile even twice, and would fold when turned.
 */
function limitSlope({ points, depth }: SubjectMesh): void {
  const given = depth.slice();
  points.forEach((point, i) => {
    let most = given[i] ?? 0;
    points.forEach((other, k) => {
      const higher = (given[k] ?? 0) - most;
      // Nearly all others are no higher, or too far away for the slope: seen without taking a root.
      if (higher <= 0 || !isWithin(higher / STEEPEST, point, other)) return;
      most = Math.max(most, (given[k] ?? 0) - STEEPEST * distance(point, other));
    });
    depth[i] = most;
  });
}

/** Whether two points are so near in both directions that they may lie within a distance of each other. */
function isWithin(reach: number, a: Point, b: Point): boolean {
  return Math.abs(a[0] - b[0]) < reach && Math.abs(a[1] - b[1]) < reach;
}

/** Depth above the outline of the face; behind it flattened and limited, so that ears do not fold over. */
function faceDepth(mesh: FaceMesh): number[] {
  const towards = mesh.landmarks.slice(0, SURFACE_POINTS).map(([, , z]) => -z);
  const rim = FACE_OVAL.reduce((sum, i) => sum + (towards[i] ?? 0), 0) / FACE_OVAL.length;
  return towards.map((z) => (z >= rim ? z - rim : Math.max(-0.38 * mesh.interocular, (z - rim) * 0.6)));
}

function faceTriangles(): [number, number, number][] {
  const eyes = EYES.map((eye) => new Set(eyeOutline(eye)));
  const found: [number, number, number][] = [];
  for (let i = 0; i + 2 < FACE_TRIANGLES.length; i += 3) {
    const corners: [number, number, number] = [
      FACE_TRIANGLES[i] ?? 0,
      FACE_TRIANGLES[i + 1] ?? 0,
      FACE_TRIANGLES[i + 2] ?? 0,
    ];
    if (!eyes.some((eye) => corners.every((corner) => eye.has(corner)))) found.push(corners);
  }
  return lowerLipLast(found);
}

/**
 * Closed lips overlap. Painted in any order, bits of both would show in turn along the seam; with the lower lip in front,
 * the seam is its edge.
 */
function lowerLipLast(triangles: [number, number, number][]): [number, number, number][] {
  const lower = new Set(LIPS.lower.flatMap((row) => row.slice(1, -1)));
  const ofLower = (corners: readonly number[]): boolean => corners.some((corner) => lower.has(corner));
  return [...triangles.filter((corners) => !ofLower(corners)), ...triangles.filter(ofLower)];
}

/** The edge of the eye's opening as a closed loop. */
export function eyeOutline(eye: EyeLandmarks): number[] {
  return [eye.corners[0], ...eye.upper, eye.corners[1], ...[...eye.lower].reverse()];
}

/** The edge of the mouth's opening as a closed loop. */
export function mouthOutline(): number[] {
  return [...LIPS.upper[0], ...LIPS.lower[0].slice(1, -1).reverse()];
}

/** Rings pushed outward from the oval carry hair, ears and neck along with the head; returns the outermost. */
function addRings(subject: SubjectMesh, plate: Plate, { faceCentre, interocular }: Measures): number[] {
  let inner: number[] = [...FACE_OVAL];
  for (const ring of RINGS) {
    const outer = FACE_OVAL.map((rim) => {
      const [x, y] = subject.points[rim] ?? [0, 0];
      const [dx, dy] = [x - faceCentre[0], y - faceCentre[1]];
      const stretch = 1 + (ring.reach - 1) * (dy < 0 ? 1.12 : 0.95);
      subject.depth.push(
        (subject.depth[rim] ?? 0) * ring.depth - (interocular * 0.06 * (ring.reach - 1)) / 0.4,
      );
      return (
        subject.points.push([
          clamp(faceCentre[0] + dx * ring.reach, 0, plate.width),
          clamp(faceCentre[1] + dy * stretch, 0, plate.height),
        ]) - 1
      );
    });
    stitchRings(subject, inner, outer);
    inner = outer;
  }
  return inner;
}

function stitchRings(subject: SubjectMesh, inner: readonly number[], outer: readonly number[]): void {
  outer.forEach((corner, i) => {
    const next = (i + 1) % outer.length;
    const [a, b, c] = [inner[i] ?? 0, inner[next] ?? 0, outer[next] ?? 0];
    subject.triangles.push([a, b, corner], [b, c, corner]);
  });
}

/** A regular grid over the rest of the plate, joined to the outermost ring by Delaunay triangles. */
function addBody(subject: SubjectMesh, plate: Plate, ring: readonly number[]): void {
  const outline = ring.map((i): Point => subject.points[i] ?? [0, 0]);
  const step = Math.max(plate.width, plate.height) / GRID_CELLS;
  const members = [...ring];
  for (const point of gridPoints(plate, step)) {
    const near = outline.some((corner) => distance(corner, point) < step * 0.35);
    if (near || insidePolygon(point, outline)) continue;
    members.push(subject.points.push(point) - 1);
    subject.depth.push(0);
  }
  const corners = members.map((i): Point => subject.points[i] ?? [0, 0]);
  for (const three of triangulate(corners)) {
    if (insidePolygon(centroid(three.map((k): Point => corners[k] ?? [0, 0])), outline)) continue;
    const [a, b, c] = three.map((k) => members[k] ?? 0);
    subject.triangles.push([a ?? 0, b ?? 0, c ?? 0]);
  }
}

function gridPoints(plate: Plate, step: number): Point[] {
  const columns = Math.ceil(plate.width / step);
  const rows = Math.ceil(plate.height / step);
  return Array.from({ length: (rows + 1) * (columns + 1) }, (_, i): Point => [
    Math.min(plate.width, (i % (columns + 1)) * step),
    Math.min(plate.height, Math.floor(i / (columns + 1)) * step),
  ]);
}

/** Tells which triangles show anything at all, by counting opaque pixels in their boxes (summed-area table). */
function visibleIn(plate: Plate, points: readonly Point[]): (triangle: [number, number, number]) => boolean {
  const { width, height, rgba } = plate;
  const sums = new Uint32Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      if (rgba[(y * width + x) * 4 + 3]! > 2) row++;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  }
  const sum = (x: number, y: number): number => sums[y * (width + 1) + x] ?? 0;
  return (triangle) => {
    const xs = triangle.map((i) => points[i]?.[0] ?? 0);
    const ys = triangle.map((i) => points[i]?.[1] ?? 0);
    const [left, right] = [
      clamp(Math.floor(Math.min(...xs)) - 1, 0, width),
      clamp(Math.ceil(Math.max(...xs)) + 1, 0, width),
    ];
    const [top, bottom] = [
      clamp(Math.floor(Math.min(...ys)) - 1, 0, height),
      clamp(Math.ceil(Math.max(...ys)) + 1, 0, height),
    ];
    return sum(right, bottom) - sum(left, bottom) - sum(right, top) + sum(left, top) > 0;
  };
}
