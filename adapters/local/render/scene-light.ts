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
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      if (rgba[at + 3] === 0) continue;
      for (let c = 0; c < 3; c++)
        rgba[at + c] = Math.min(255, Math.round(rgba[at + c]! * columns[x]! * (light.tint[c] ?? 1)));
    }
  }
}
