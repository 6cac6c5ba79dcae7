import type { FrameSize } from '../../../contracts/media';
import type { Framing } from '../../../contracts/vocabulary';
import type { FaceMesh } from '../../capabilities/image';
import { MARK } from './face-topology';
import { clamp, smoothStep } from './geometry';
import type { Plate } from './plate';
import { landmark } from './rig-mesh';
import type { Placement } from './rig-types';

/** What of a plate is not transparent, in plate pixels; `right` and `bottom` lie just outside. */
export interface Extent {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface PlacementOptions {
  framing: Framing;
  size: FrameSize;
  /** From `measureExtent`; without it the whole plate counts as filled. */
  extent?: Extent;
}

/**
 * Distance of the eyes in frame reference heights, where the eyes lie from the top, and how much closer than the widest view
 * that the photo allows, by framing. A photo with little body thus still tells medium from wide; nothing comes closer than close for it.
 */
const FRAMES: Record<Framing, { interocular: number; eyeLine: number; overWidest: number }> = {
  close: { interocular: 0.165, eyeLine: 0.37, overWidest: 1 },
  medium: { interocular: 0.122, eyeLine: 0.345, overWidest: 1.15 },
  wide: { interocular: 0.09, eyeLine: 0.34, overWidest: 1 },
};

/** The eyes may sink this far before the subject is made larger instead. */
const LOWEST_EYE_LINE = 0.44;
/** Air above the hair that the frame keeps, in frame heights. */
const HEADROOM = 0.035;
/** Rows of the plate that lie below the frame at least, so that breathing and camera never show its lower edge. */
const OVERLAP = 6;

/**
 * Puts the subject into a frame: eyes about a third from the top, head clear of the upper edge, and the lower edge of
 * the body below the frame, because a bust that ends in mid-air looks cut off. When the photo shows too little body, the
 * eyes sink a little first; then the subject grows.
 */
export function placeSubject(mesh: FaceMesh, { framing, size, extent }: PlacementOptions): Placement {
  const eyes = eyeCentre(mesh);
  const body = extent ?? { left: 0, top: 0, right: mesh.width, bottom: mesh.height };
  const wanted = FRAMES[framing];
  const below = Math.max(1, body.bottom - OVERLAP - eyes.y);
  // In tall frames the width limits how large a face may be; 1.35 lets it fill them somewhat more.
  const reference = Math.min(size.height, size.width * 1.35);
  const scaleOf = (of: Framing): number => (FRAMES[of].interocular * reference) / mesh.interocular;
  const needed = ((1 - LOWEST_EYE_LINE) * size.height) / below;
  const closer = Math.min(wanted.overWidest * needed, scaleOf('close'));
  const scale = Math.max(scaleOf(framing), needed, closer);
  const lowEnough = 1 - (scale * below) / size.height;
  const crown = body.top < eyes.y ? body.top : landmark(mesh, MARK.forehead)[1] - 0.9 * mesh.interocular;
  const clearOfTop = HEADROOM + (scale * (eyes.y - crown)) / size.height;
  const eyeLine = clamp(Math.max(wanted.eyeLine, clearOfTop), lowEnough, LOWEST_EYE_LINE + 0.02);
  return {
    scale,
    x: size.width / 2 - scale * eyes.x,
    y: Math.max(eyeLine, lowEnough) * size.height - scale * eyes.y,
  };
}

function eyeCentre(mesh: FaceMesh): { x: number; y: number } {
  const [left, right] = [landmark(mesh, 468), landmark(mesh, 473)];
  return { x: (left[0] + right[0]) / 2, y: (left[1] + right[1]) / 2 };
}

/** A row or column counts as filled when this share of it is opaque. */
const FILLED_SHARE = 0.02;

/** Where the subject begins and ends on its plate. */
export function measureExtent({ width, height, rgba }: Plate): Extent {
  const [rows, columns] = [new Uint32Array(height), new Uint32Array(width)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (rgba[(y * width + x) * 4 + 3]! < 128) continue;
      rows[y] = rows[y]! + 1;
      columns[x] = columns[x]! + 1;
    }
  }
  const filledRow = (count: number): boolean => count > FILLED_SHARE * width;
  const filledColumn = (count: number): boolean => count > FILLED_SHARE * height;
  return {
    left: Math.max(0, columns.findIndex(filledColumn)),
    top: Math.max(0, rows.findIndex(filledRow)),
    right: columns.findLastIndex(filledColumn) + 1,
    bottom: evenBottom(rows, rows.findLastIndex(filledRow)),
  };
}

/** Rows above the lowest one, as a share of the plate's height, in which the body's full width is looked for. */
const LOWEST_PART = 0.06;
const FULL_WIDTH = 0.93;

/**
 * Just below the lowest row in which the body is still as wide as a little above: a photo that was held askew and laid
 * straight ends on a slope, and its wedge must lie below the frame as well.
 */
function evenBottom(rows: Uint32Array, last: number): number {
  const part = rows.subarray(Math.max(0, last - Math.round(LOWEST_PART * rows.length)), last + 1);
  const widest = Math.max(0, ...part);
  return rows.findLastIndex((count, y) => y <= last && count >= FULL_WIDTH * widest) + 1;
}

/** Softness of a cut side and radius of the shoulder that it gets, in plate widths. */
const FADE = 0.022;
const SHOULDER = 0.12;

/**
 * Where the photo cuts the body off at a side that lies inside the frame, gives it a soft edge and rounds the corner at
 * the top of the cut, so that it reads as a shoulder with an arm below it. Other sides stay as they are. Changes the
 * plate.
 */
export function softenCutSides(plate: Plate, placement: Placement, frame: FrameSize): void {
  for (const side of ['left', 'right'] as const) {
    const edge = placement.x + placement.scale * (side === 'left' ? 0 : plate.width);
    if (edge >= 0 && edge <= frame.width && isCut(plate, side)) roundSide(plate, side);
  }
}

function roundSide(plate: Plate, side: 'left' | 'right'): void {
  const { width, height } = plate;
  const [fade, radius] = [Math.max(2, width * FADE), width * SHOULDER];
  const column = (away: number): number => (side === 'left' ? away : width - 1 - away);
  const alphaAt = (away: number, y: number): number => (y * width + column(away)) * 4 + 3;
  let top = 0;
  while (top < height && plate.rgba[alphaAt(1, top)]! <= 96) top++;
  for (let y = 0; y < height; y++) {
    const down = clamp((y - top + 0.4 * radius) / (1.7 * radius), 0, 1);
    const inset = radius * (1 - Math.sqrt(1 - (1 - down) ** 2));
    for (let away = 0; away < radius + fade; away++) {
      const at = alphaAt(away, y);
      plate.rgba[at] = Math.round(plate.rgba[at]! * smoothStep(inset, inset + fade, away));
    }
  }
}

function isCut({ width, height, rgba }: Plate, side: 'left' | 'right'): boolean {
  const x = side === 'left' ? 1 : width - 2;
  let opaque = 0;
  for (let y = 0; y < height; y++) if (rgba[(y * width + x) * 4 + 3]! > 96) opaque++;
  return opaque > FILLED_SHARE * height;
}
