import type { FaceMesh } from '../../capabilities/image';
import { luma } from '../image/raster';
import { LIPS } from './face-topology';
import { landmark } from './rig-mesh';
import type { Plate } from './plate';

/** Gap between the lips, in interocular distances, from which the photo is taken to show teeth. */
export const TEETH_GAP = 0.07;

/** Contrast below which no edge is believed, summed over four pixels on each side. */
const EDGE_CONTRAST = 40;
/** How much darkness inside counts beside redness outside: at the corners no teeth show, only shadow. */
const DARKNESS = 0.5;
/** The edge itself is a blend of teeth and lip; the contour keeps this much clear of it, in interocular distances. */
const CLEAR = 0.03;
/** Farthest that a point may go, as a share of the way from the lip's inner edge to its outer one. */
const REACH = { lip: 0.5, corner: 0.9 } as const;

/**
 * Moves the contour of the mouth's opening onto its edge in the photo: from teeth to lip redness R - (G + B) / 2 jumps,
 * from the dark corners to skin brightness does. Landmarks lie a pixel or two inside; without this a thin white line
 * stays on a closing lip, and dark specks at its ends.
 */
export function snapLips(plate: Plate, mesh: FaceMesh): FaceMesh {
  const gap = landmark(mesh, 14)[1] - landmark(mesh, 13)[1];
  if (gap < TEETH_GAP * mesh.interocular) return mesh;
  const landmarks = mesh.landmarks.map(([x, y, z]): [number, number, number] => [x, y, z]);
  for (const [inner, , , outer] of [LIPS.lower, LIPS.upper]) {
    const ways = inner.map((index, k) => wayOut(landmark(mesh, index), landmark(mesh, outer[k] ?? index)));
    const shifts = ways.map((way, k) => {
      const corner = k === 0 || k === inner.length - 1;
      return edgeShift(plate, way, way.length * (corner ? REACH.corner : REACH.lip));
    });
    inner.forEach((index, k) => {
      const [point, way] = [landmarks[index], ways[k]];
      if (!point || !way) return;
      const corner = k === 0 || k === inner.length - 1;
      const shift = corner ? (shifts[k] ?? 0) : medianOfThree(shifts, k) + Math.max(1, CLEAR * mesh.interocular);
      point[0] = way.from[0] + way.direction[0] * shift;
      point[1] = way.from[1] + way.direction[1] * shift;
    });
  }
  return { ...mesh, landmarks };
}

interface Way {
  from: readonly [number, number];
  direction: readonly [number, number];
  length: number;
}

/** The straight way from a point of the lip's inner edge to its partner on the outer edge. */
function wayOut(from: readonly [number, number], to: readonly [number, number]): Way {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const direction = [(to[0] - from[0]) / Math.max(1e-6, length), (to[1] - from[1]) / Math.max(1e-6, length)] as const;
  return { from, direction, length };
}

function edgeShift(plate: Plate, { from, direction }: Way, reach: number): number {
  let best = { value: EDGE_CONTRAST, shift: 0 };
  for (let shift = -4; shift <= reach; shift++) {
    let contrast = -2 * Math.abs(shift);
    for (let q = 2; q <= 5; q++) {
      const outside = at(from, direction, shift + q);
      const inside = at(from, direction, shift - q);
      contrast += redness(plate, ...outside) - redness(plate, ...inside);
      contrast += DARKNESS * Math.max(0, brightness(plate, ...outside) - brightness(plate, ...inside));
    }
    if (contrast > best.value) best = { value: contrast, shift };
  }
  return best.shift;
}

function at(from: Way['from'], direction: Way['direction'], steps: number): [number, number] {
  return [from[0] + direction[0] * steps, from[1] + direction[1] * steps];
}

function brightness(plate: Plate, x: number, y: number): number {
  const i = (Math.floor(y) * plate.width + Math.floor(x)) * 4;
  return luma(plate.rgba[i] ?? 0, plate.rgba[i + 1] ?? 0, plate.rgba[i + 2] ?? 0);
}

function redness(plate: Plate, x: number, y: number): number {
  const at = (Math.floor(y) * plate.width + Math.floor(x)) * 4;
  return (plate.rgba[at] ?? 0) - ((plate.rgba[at + 1] ?? 0) + (plate.rgba[at + 2] ?? 0)) / 2;
}

/** One wrong neighbour must not bend the contour. */
function medianOfThree(values: readonly number[], at: number): number {
  const near = [values[Math.max(0, at - 1)], values[at], values[Math.min(values.length - 1, at + 1)]];
  return near.map((value) => value ?? 0).sort((a, b) => a - b)[1] ?? 0;
}
