import type { FaceMesh } from '../../capabilities/image';
import { LIPS } from './face-topology';
import { landmark } from './rig-mesh';
import type { Plate } from './plate';

/** Gap between the lips, in interocular distances, from which the photo is taken to show teeth. */
export const TEETH_GAP = 0.07;

/** Contrast of redness below which no edge is believed, summed over four pixels on each side. */
const EDGE_CONTRAST = 40;

/**
 * Moves the contour of the mouth's opening onto the edge between teeth and lip, where redness R - (G + B) / 2 jumps.
 * Landmarks lie a pixel or two inside the teeth; without this a thin white line stays on a closing lip.
 */
export function snapLips(plate: Plate, mesh: FaceMesh): FaceMesh {
  const gap = landmark(mesh, 14)[1] - landmark(mesh, 13)[1];
  if (gap < TEETH_GAP * mesh.interocular) return mesh;
  const landmarks = mesh.landmarks.map(([x, y, z]): [number, number, number] => [x, y, z]);
  const reach = Math.max(4, Math.round(gap * 0.35));
  for (const [contour, down] of [
    [LIPS.lower[0], 1],
    [LIPS.upper[0], -1],
  ] as const) {
    const inner = contour.slice(1, -1);
    const shifts = inner.map((index) => edgeShift(plate, landmark(mesh, index), { down, reach }));
    inner.forEach((index, k) => {
      const point = landmarks[index];
      if (point) point[1] += down * (medianOfThree(shifts, k) + 1);
    });
  }
  return { ...mesh, landmarks };
}

function edgeShift(
  plate: Plate,
  [x, y]: readonly [number, number],
  options: { down: 1 | -1; reach: number },
): number {
  let best = { value: EDGE_CONTRAST, shift: 0 };
  for (let shift = -4; shift <= options.reach; shift++) {
    let contrast = -2 * Math.abs(shift);
    for (let q = 2; q <= 5; q++) {
      contrast +=
        redness(plate, x, y + options.down * (shift + q)) - redness(plate, x, y + options.down * (shift - q));
    }
    if (contrast > best.value) best = { value: contrast, shift };
  }
  return best.shift;
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
