import type { SceneLight } from '../../../contracts/stages';
import type { Plate } from './plate';

/** How much brighter the side is from which the light comes, and how much darker the other one. */
const SIDE_CONTRAST = 0.07;

/** Brightness in a black scene, and what a white one adds: somebody in a dark room is lit, but not as by day. */
const DARKEST = 0.82;
const BY_LIGHT = 0.2;

/** Gives the subject the light of its background: tint, brightness, and a gentle slope from the lit side. Changes the plate. */
export function lightSubject(plate: Plate, light: SceneLight): void {
  const { width, height, rgba } = plate;
  const level = DARKEST + BY_LIGHT * light.level;
  const slope = { left: -1, right: 1, front: 0 }[light.direction] * SIDE_CONTRAST;
  const columns = Float32Array.from({ length: width }, (_, x) => level * (1 + slope * ((2 * x) / width - 1)));
  for (let y = 0; y < height; y++) lightRow(rgba.subarray(y * width * 4, (y + 1) * width * 4), columns, light.tint);
}

function lightRow(row: Uint8Array, columns: Float32Array, [red = 1, green = 1, blue = 1]: SceneLight['tint']): void {
  for (let x = 0, at = 0; x < columns.length; x++, at += 4) {
    if (row[at + 3] === 0) continue;
    row[at] = Math.min(255, Math.round(row[at]! * columns[x]! * red));
    row[at + 1] = Math.min(255, Math.round(row[at + 1]! * columns[x]! * green));
    row[at + 2] = Math.min(255, Math.round(row[at + 2]! * columns[x]! * blue));
  }
}
