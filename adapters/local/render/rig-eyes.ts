import type { FaceMesh } from '../../capabilities/image';
import { EYES, type EyeLandmarks } from './face-topology';
import { centroid, distance, type Point } from './geometry';
import type { Plate } from './plate';
import { eyeOutline, landmark } from './rig-mesh';
import { cropPlate, patchAround, type PatchImage } from './rig-texture';
import type { Eyeball, Patch } from './rig-types';
import { triangulate } from './triangulate';

/** The eyeball is drawn larger than the opening, so that no hole shows when the lids move. */
const GROW = { x: 1.1, y: 1.14 } as const;
const IRIS_CORNERS = 12;

/** An eyeball before its picture has found its place in the texture. */
export interface LooseEyeball {
  image: PatchImage;
  place: Patch;
  points: Point[];
  gaze: number[];
  triangles: [number, number, number][];
  depth: number[];
}

/** Both eyeballs, cut out of the photo: rim at the opening, a circle around the iris, its centre. */
export function cutEyeballs(plate: Plate, mesh: FaceMesh, depth: readonly number[]): LooseEyeball[] {
  return EYES.map((eye) => {
    const outline = eyeOutline(eye);
    const [cx, cy] = centroid(outline.map((i) => landmark(mesh, i)));
    const rim = outline.map((i): Point => {
      const [x, y] = landmark(mesh, i);
      return [cx + (x - cx) * GROW.x, cy + (y - cy) * GROW.y];
    });
    const rimDepth = outline.map((i) => depth[i] ?? 0);
    const middle = rimDepth.reduce((sum, z) => sum + z, 0) / rimDepth.length;
    const iris = irisCircle(eye, mesh);
    const points = [...rim, ...iris];
    const place = patchAround(points, 3);
    return {
      image: cropPlate(plate, place),
      place,
      points,
      gaze: [...rim.map(() => 0), ...iris.map(() => 1)],
      triangles: triangulate(points),
      depth: [...rimDepth, ...iris.map(() => middle)],
    };
  });
}

/** Circle a little outside the iris, and its centre. */
function irisCircle(eye: EyeLandmarks, mesh: FaceMesh): Point[] {
  const [middle, ...edge] = eye.iris.map((i) => landmark(mesh, i));
  if (!middle) return [];
  const radius = (1.18 * edge.reduce((sum, point) => sum + distance(point, middle), 0)) / edge.length;
  const circle = Array.from({ length: IRIS_CORNERS }, (_, i): Point => {
    const angle = (2 * Math.PI * i) / IRIS_CORNERS;
    return [middle[0] + radius * Math.cos(angle), middle[1] + radius * Math.sin(angle)];
  });
  return [...circle, middle];
}

/** The eyeball with its texels, once its picture lies at `patch`. */
export function settleEyeball(eye: LooseEyeball, patch: Patch): Eyeball {
  return {
    points: Float32Array.from(eye.points.flat()),
    texels: Float32Array.from(
      eye.points.flatMap(([x, y]) => [x - eye.place.x + patch.x, y - eye.place.y + patch.y]),
    ),
    gaze: Float32Array.from(eye.gaze),
    triangles: Uint16Array.from(eye.triangles.flat()),
    depth: Float32Array.from(eye.depth),
  };
}
