import type { FaceMesh } from '../../capabilities/image';
import { EYES } from './face-topology';
import { distanceToOutline, insidePolygon, smoothStep, type Point } from './geometry';
import { TEETH_GAP } from './lip-edge';
import type { Plate } from './plate';
import { landmark, mouthOutline } from './rig-mesh';
import { cropPlate, patchAround, type PatchImage } from './rig-texture';
import type { Measures, Patch } from './rig-types';

/** Colours of the mouth's inside from the palate down, and of the tongue, as they look in soft front light. */
const PALATE = [26, 9, 9] as const;
const FLOOR = [78, 32, 31] as const;
const TONGUE = [150, 80, 76] as const;
const CAVITY = { width: 160, height: 96 } as const;

/** Teeth are never brighter than this share of the eyes' white. */
const TEETH_LUMA = 0.96;
const TEETH_IN_ROW = 8;

/** The inside of the mouth: darker towards the palate and the corners, with a tongue on its floor. */
export function paintCavity(): PatchImage {
  const { width, height } = CAVITY;
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x + 0.5) / width, (y + 0.5) / height];
      const tongue = smoothStep(1, 0.55, Math.hypot((u - 0.5) / 0.36, (v - 1) / 0.42));
      const edge = 1 - 0.55 * smoothStep(0.55, 1, Math.abs(u - 0.5) * 2);
      const at = (y * width + x) * 4;
      PALATE.forEach((dark, c) => {
        const floor = dark + ((FLOOR[c] ?? 0) - dark) * v;
        rgba[at + c] = Math.round((floor + ((TONGUE[c] ?? 0) - floor) * tongue * 0.8) * edge);
      });
      rgba[at + 3] = 255;
    }
  }
  return { width, height, rgba };
}

export interface Teeth {
  image: PatchImage;
  /** On the plate. */
  place: Patch;
  /** The photo shows none; these are made up. */
  painted: boolean;
}

/** Teeth as a picture and where they hang on the plate: cut out of the photo when it shows them, else made up. */
export function makeTeeth(plate: Plate, mesh: FaceMesh, measures: Measures): Teeth {
  if (measures.mouthGap >= TEETH_GAP * measures.interocular) {
    return { ...photographedTeeth(plate, mesh), painted: false };
  }
  return { ...paintedTeeth(plate, mesh, measures), painted: true };
}

function photographedTeeth(plate: Plate, mesh: FaceMesh): { image: PatchImage; place: Patch } {
  const outline = mouthOutline().map((i) => landmark(mesh, i));
  const gum = Math.ceil(GUM * mesh.interocular);
  const place = patchAround(outline, gum + 2);
  const image = cropPlate(plate, place);
  const soft = 0.02 * mesh.interocular;
  for (let y = 0; y < place.height; y++) {
    for (let x = 0; x < place.width; x++) {
      const point: Point = [place.x + x + 0.5, place.y + y + 0.5];
      const away = distanceToOutline(point, outline) * (insidePolygon(point, outline) ? 1 : -1);
      const share = smoothStep(-soft, soft * 0.5, away);
      const at = (y * place.width + x) * 4;
      for (let c = 0; c < 4; c++) image.rgba[at + c] = Math.round((image.rgba[at + c] ?? 0) * share);
    }
  }
  growUpwards(image, gum);
  return { image, place };
}

/** Teeth go on behind the upper lip by this much of the interocular distance, for moments when it lifts. */
const GUM = 0.045;
const SHADED = 0.72;

/** Repeats the topmost whole texel of each column upwards, in shadow. */
function growUpwards({ width, height, rgba }: PatchImage, rows: number): void {
  for (let x = 0; x < width; x++) {
    const alphaAt = (y: number): number => rgba[(y * width + x) * 4 + 3] ?? 0;
    let top = 0;
    while (top < height && alphaAt(top) < 250) top++;
    if (top === height) continue;
    const from = (top * width + x) * 4;
    for (let y = Math.max(0, top - rows); y < top; y++) {
      const at = (y * width + x) * 4;
      for (let c = 0; c < 3; c++) rgba[at + c] = Math.round((rgba[from + c] ?? 0) * SHADED);
      rgba[at + 3] = 255;
    }
  }
}

/** Enamel is a little warmer than the white of the eyes in the same light. */
const ENAMEL = [1, 0.995, 0.94] as const;

/** A row of upper teeth, dimmer than the eyes' white; darker to the sides and under the lip, hardly divided. */
function paintedTeeth(plate: Plate, mesh: FaceMesh, measures: Measures): { image: PatchImage; place: Patch } {
  const width = Math.round(measures.mouthReach * 2 * 0.86);
  const height = Math.max(4, Math.round(0.13 * measures.interocular));
  const white = eyeWhite(plate, mesh);
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { alpha, shade } = toothAt((2 * (x + 0.5)) / width - 1, (y + 0.5) / height, height);
      const at = (y * width + x) * 4;
      ENAMEL.forEach(
        (part, c) => (rgba[at + c] = Math.round((white[c] ?? 0) * TEETH_LUMA * part * shade * alpha)),
      );
      rgba[at + 3] = Math.round(255 * alpha);
    }
  }
  const top = landmark(mesh, 13)[1] - 0.02 * measures.interocular;
  const place = { x: Math.round(measures.mouth[0] - width / 2), y: Math.round(top), width, height };
  return { image: { width, height, rgba }, place };
}

/** Cover and brightness of the row at u (-1 left .. 1 right) and v (0 gum .. 1 edge); the arch shortens it to the sides. */
function toothAt(u: number, v: number, height: number): { alpha: number; shade: number } {
  const side = Math.abs(u);
  const inTooth = Math.abs(((((u + 1) / 2) * TEETH_IN_ROW) % 1) - 0.5) * 2;
  const edge = 0.97 - 0.3 * side * side - 0.05 * smoothStep(0.75, 1, inTooth);
  const alpha = smoothStep(edge, edge - 3 / height, v) * smoothStep(1, 0.82, side);
  const gumShadow = 0.78 + 0.22 * smoothStep(0, 0.4, v);
  const shade = (1 - 0.4 * side ** 3) * gumShadow * (1 - 0.045 * smoothStep(0.75, 1, inTooth));
  return { alpha, shade };
}

/** Brightness of a colour, weighted as in BT.709. */
function luma([r, g, b]: readonly [number, number, number]): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The colour that only a tenth of the eyes' pixels exceed in brightness: their white without the glints. */
export function eyeWhite(plate: Plate, mesh: FaceMesh): [number, number, number] {
  const colours: [number, number, number][] = [];
  for (const eye of EYES) {
    const outline = [eye.corners[0], ...eye.upper, eye.corners[1], ...[...eye.lower].reverse()].map((i) =>
      landmark(mesh, i),
    );
    const patch = patchAround(outline, 0);
    for (let y = patch.y; y < patch.y + patch.height; y++) {
      for (let x = patch.x; x < patch.x + patch.width; x++) {
        if (!insidePolygon([x + 0.5, y + 0.5], outline)) continue;
        const at = (y * plate.width + x) * 4;
        colours.push([plate.rgba[at] ?? 0, plate.rgba[at + 1] ?? 0, plate.rgba[at + 2] ?? 0]);
      }
    }
  }
  colours.sort((a, b) => luma(a) - luma(b));
  return colours[Math.floor(colours.length * 0.9)] ?? [200, 196, 190];
}
