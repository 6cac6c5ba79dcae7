import type { FaceMesh } from '../../capabilities/image';
import { luma } from '../image/raster';
import { EYES } from './face-topology';
import { insidePolygon, smoothStep } from './geometry';
import type { Plate } from './plate';
import { eyeOutline, landmark } from './rig-mesh';
import { patchAround } from './rig-texture';

/** Red, green and blue, 0..255. */
export type Colour = [number, number, number];

export function saturation(colour: Colour): number {
  return 1 - Math.min(...colour) / Math.max(1, ...colour);
}

/** Skin that is less saturated than `from` belongs to a photo without colours, from `to` on to one with all of them. */
const COLOURLESS = { from: 0.03, to: 0.12 } as const;

/** Whether a photo shows colours, 0..1, by its skin: what is painted into a black-and-white photo must have none either. */
export function colourfulness(plate: Plate, mesh: FaceMesh): number {
  return smoothStep(COLOURLESS.from, COLOURLESS.to, saturation(skinColour(plate, mesh)));
}

/** A colour of which only a share is left, as bright as before. */
export function fade(colour: Readonly<Colour>, share: number): Colour {
  const grey = luma(...colour);
  const faded = (level: number): number => grey + share * (level - grey);
  return [faded(colour[0]), faded(colour[1]), faded(colour[2])];
}

/** A colour with a share of another one's hue, as bright as before. */
export function tinge(colour: Readonly<Colour>, other: Readonly<Colour>, share: number): Colour {
  const scale = luma(...colour) / Math.max(1, luma(...other));
  const mixed = (c: 0 | 1 | 2): number => colour[c] + share * (scale * other[c] - colour[c]);
  return [mixed(0), mixed(1), mixed(2)];
}

/** Mean colour of the cheeks below the eyes. */
export function skinColour(plate: Plate, mesh: FaceMesh): Colour {
  const reach = Math.max(2, Math.round(0.06 * mesh.interocular));
  const sum: Colour = [0, 0, 0];
  let count = 0;
  for (const [cx, cy] of CHEEKS.map((index) => landmark(mesh, index))) {
    for (let y = Math.round(cy) - reach; y <= cy + reach; y++) {
      for (let x = Math.round(cx) - reach; x <= cx + reach; x++, count++) {
        const at = (y * plate.width + x) * 4;
        for (let c = 0; c < 3; c++) sum[c] = sum[c]! + (plate.rgba[at + c] ?? 0);
      }
    }
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Middles of the cheeks. */
const CHEEKS = [205, 425] as const;

/** The colour that only a twentieth of the eyes' pixels exceed in brightness: their white without the glints, also under heavy lids. */
export function eyeWhite(plate: Plate, mesh: FaceMesh): Colour {
  const colours: Colour[] = [];
  for (const eye of EYES) {
    const outline = eyeOutline(eye).map((i) => landmark(mesh, i));
    const patch = patchAround(outline, 0);
    for (let y = patch.y; y < patch.y + patch.height; y++) {
      for (let x = patch.x; x < patch.x + patch.width; x++) {
        if (!insidePolygon([x + 0.5, y + 0.5], outline)) continue;
        const at = (y * plate.width + x) * 4;
        colours.push([plate.rgba[at] ?? 0, plate.rgba[at + 1] ?? 0, plate.rgba[at + 2] ?? 0]);
      }
    }
  }
  colours.sort((a, b) => luma(...a) - luma(...b));
  return colours[Math.floor(colours.length * 0.95)] ?? [200, 196, 190];
}
