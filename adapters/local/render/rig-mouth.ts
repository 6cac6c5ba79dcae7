import type { FaceMesh } from '../../capabilities/image';
import { luma } from '../image/raster';
import { colourfulness, eyeWhite, fade, saturation, skinColour, tinge, type Colour } from './face-colours';
import { MARK } from './face-topology';
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
const TEETH_LUMA = 0.9;
const TEETH_IN_ROW = 8;

/**
 * The inside of the mouth: darker towards the palate and the corners, with a tongue on its floor; as colourful as the photo
 * (0..1, see `colourfulness`).
 */
export function paintCavity(colours: number): PatchImage {
  const { width, height } = CAVITY;
  const [palate, bottom, tip] = [fade(PALATE, colours), fade(FLOOR, colours), fade(TONGUE, colours)];
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x + 0.5) / width, (y + 0.5) / height];
      const tongue = smoothStep(1, 0.55, Math.hypot((u - 0.5) / 0.36, (v - 1) / 0.42));
      const edge = 1 - 0.55 * smoothStep(0.55, 1, Math.abs(u - 0.5) * 2);
      const at = (y * width + x) * 4;
      for (let c = 0; c < 3; c++) {
        const floor = palate[c]! + (bottom[c]! - palate[c]!) * v;
        rgba[at + c] = Math.round((floor + (tip[c]! - floor) * tongue * 0.8) * edge);
      }
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
  dimTeeth(image, { white: luma(...eyeWhite(plate, mesh)), warmth: colourfulness(plate, mesh) });
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

/** Share of the eyes' white up to which teeth stay as photographed. */
const DIMMED_FROM = 0.6;
/** Share that the very brightest of them come to. */
const DIMMED_TO = 0.9;
/** How the curve bends: the larger, the more the brightest teeth still differ among each other. */
const DIMMED_BEND = 0.7;

/** White that is only darkened looks grey: by channel, what it gains and loses with it. Brightness stays about the same. */
const WARMTH = [0.14, 0, -0.12] as const;

/** Teeth that a flash made gleam come down below the eyes' white along a curve, so that their forms stay. */
function dimTeeth({ rgba }: PatchImage, { white, warmth }: { white: number; warmth: number }): void {
  const [from, to] = [DIMMED_FROM * white, DIMMED_TO * white];
  const brightest = maxLuma(rgba);
  if (brightest <= to) return;
  const bend = DIMMED_BEND * (brightest - from);
  const range = (to - from) / (1 - Math.exp(-1 / DIMMED_BEND));
  for (let at = 0; at < rgba.length; at += 4) {
    const bright = luma(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!);
    if (bright <= from) continue;
    const gain = (from + range * (1 - Math.exp((from - bright) / bend))) / bright;
    WARMTH.forEach((part, c) => (rgba[at + c] = Math.floor(rgba[at + c]! * gain * (1 + warmth * part * (1 - gain)))));
  }
}

function maxLuma(rgba: Uint8Array): number {
  let most = 0;
  for (let at = 0; at < rgba.length; at += 4) most = Math.max(most, luma(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!));
  return most;
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

/** Height of the painted row and how much of it hangs below the lip at rest, in interocular distances. */
const ROW = { height: 0.13, shown: 0.08 } as const;

/** A row of upper teeth, dimmer than the eyes' white; darker to the sides and under the lip, hardly divided. */
function paintedTeeth(plate: Plate, mesh: FaceMesh, measures: Measures): { image: PatchImage; place: Patch } {
  const [left, right] = [landmark(mesh, MARK.innerLeft)[0], landmark(mesh, MARK.innerRight)[0]];
  const width = Math.max(4, Math.round((right - left) * 0.94));
  const height = Math.max(4, Math.round(ROW.height * measures.interocular));
  const enamel = enamelIn(eyeWhite(plate, mesh), skinColour(plate, mesh));
  const rgba = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const { alpha, shade } = toothAt((2 * (x + 0.5)) / width - 1, (y + 0.5) / height, height);
      const at = (y * width + x) * 4;
      enamel.forEach((level, c) => (rgba[at + c] = Math.round(level * shade * alpha)));
      rgba[at + 3] = Math.round(255 * alpha);
    }
  }
  const top = landmark(mesh, MARK.upperLip)[1] - (ROW.height - ROW.shown) * measures.interocular;
  const place = { x: Math.round((left + right - width) / 2), y: Math.round(top), width, height };
  return { image: { width, height, rgba }, place };
}

/** Enamel has at most this share of the skin's saturation: what is measured as the eyes' white may be skin seen through glasses. */
const ENAMEL_SATURATION = 0.6;
/** And so much of the skin's hue: beside warm skin, neutral grey looks blue. */
const ENAMEL_TINGE = 0.2;

/** Enamel in the light of the photo: the eyes' white, dimmed, and greyed as far as it is more than a trace of the skin's colour. */
function enamelIn(white: Colour, skin: Colour): Colour {
  const most = ENAMEL_SATURATION * saturation(skin);
  const kept = saturation(white) > most ? most / saturation(white) : 1;
  const [red, green, blue] = tinge(fade(white, kept), skin, ENAMEL_TINGE);
  return [TEETH_LUMA * red, TEETH_LUMA * green, TEETH_LUMA * blue];
}

/** Shares of the row's height: where the lip's shadow ends, counted from the gum. */
const LIP_SHADOW = { from: 1 - ROW.shown / ROW.height, to: 0.85 } as const;

/** Cover and brightness of the row at u (-1 left .. 1 right) and v (0 gum .. 1 edge); the arch shortens it to the sides. */
function toothAt(u: number, v: number, height: number): { alpha: number; shade: number } {
  const side = Math.abs(u);
  const inTooth = Math.abs(((((u + 1) / 2) * TEETH_IN_ROW) % 1) - 0.5) * 2;
  const edge = 0.97 - 0.3 * side * side - 0.05 * smoothStep(0.75, 1, inTooth);
  const alpha = smoothStep(edge, edge - 3 / height, v) * smoothStep(1, 0.82, side);
  const lipShadow = 0.66 + 0.34 * smoothStep(LIP_SHADOW.from, LIP_SHADOW.to, v);
  const shade = (1 - 0.5 * side ** 3) * lipShadow * (1 - 0.045 * smoothStep(0.75, 1, inTooth));
  return { alpha, shade };
}
