import { boundsOf, distanceToOutline, insidePolygon, smoothStep, type Point } from './geometry';
import type { Plate } from './plate';
import type { Patch } from './rig-types';

/** A picture to be put below the plate: premultiplied RGBA. */
export interface PatchImage {
  width: number;
  height: number;
  rgba: Uint8Array;
}

/** Empty texels between patches, so that sampling at a rim does not fetch a neighbour. */
const GAP = 3;

/** Straight to premultiplied alpha. */
export function premultiply(rgba: Uint8Array): Uint8Array {
  const result = new Uint8Array(rgba.length);
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3]!;
    if (alpha === 0) continue;
    for (let c = 0; c < 3; c++) result[i + c] = Math.round((rgba[i + c]! * alpha) / 255);
    result[i + 3] = alpha;
  }
  return result;
}

/** Plate on top, patches side by side in shelves below it. Returns where each patch went, in the order given. */
export function packTexture(
  plate: Plate,
  images: readonly PatchImage[],
): { texture: { width: number; height: number; rgba: Uint8Array }; patches: Patch[] } {
  const width = Math.max(plate.width, ...images.map((image) => image.width + 2 * GAP));
  const patches: Patch[] = [];
  let [x, y, shelf] = [GAP, plate.height + GAP, 0];
  for (const image of images) {
    if (x + image.width + GAP > width) [x, y, shelf] = [GAP, y + shelf + GAP, 0];
    patches.push({ x, y, width: image.width, height: image.height });
    x += image.width + GAP;
    shelf = Math.max(shelf, image.height);
  }
  const height = y + shelf + GAP;
  const rgba = new Uint8Array(width * height * 4);
  const paste = (image: PatchImage, left: number, top: number): void => {
    for (let row = 0; row < image.height; row++) {
      const line = image.rgba.subarray(row * image.width * 4, (row + 1) * image.width * 4);
      rgba.set(line, ((top + row) * width + left) * 4);
    }
  };
  paste(plate, 0, 0);
  images.forEach((image, i) => paste(image, patches[i]?.x ?? 0, patches[i]?.y ?? 0));
  return { texture: { width, height, rgba }, patches };
}

/** The rim of an opening: transparent from `from` pixels outside its outline (negative: inside), opaque from `to`. */
export interface SoftRim {
  from: number;
  to: number;
}

/**
 * Cuts an opening out of a premultiplied picture with a soft rim, so that the edge of a lip or lid is smooth wherever
 * the triangles carry it.
 */
export function cutOpening(picture: Plate, outline: readonly Point[], rim: SoftRim): void {
  const box = boundsOf(outline);
  const margin = rim.to + 2;
  for (
    let y = Math.max(0, Math.floor(box.top - margin));
    y < Math.min(picture.height, box.bottom + margin);
    y++
  ) {
    for (
      let x = Math.max(0, Math.floor(box.left - margin));
      x < Math.min(picture.width, box.right + margin);
      x++
    ) {
      const centre: Point = [x + 0.5, y + 0.5];
      const away = distanceToOutline(centre, outline) * (insidePolygon(centre, outline) ? -1 : 1);
      const share = smoothStep(rim.from, rim.to, away);
      const at = (y * picture.width + x) * 4;
      for (let c = 0; c < 4; c++) picture.rgba[at + c] = Math.round((picture.rgba[at + c] ?? 0) * share);
    }
  }
}

/** A copy of a rectangle of the plate; outside the plate it is transparent. */
export function cropPlate(plate: Plate, patch: Patch): PatchImage {
  const rgba = new Uint8Array(patch.width * patch.height * 4);
  for (let y = 0; y < patch.height; y++) {
    for (let x = 0; x < patch.width; x++) {
      const [sx, sy] = [x + patch.x, y + patch.y];
      if (sx < 0 || sy < 0 || sx >= plate.width || sy >= plate.height) continue;
      const from = (sy * plate.width + sx) * 4;
      rgba.set(plate.rgba.subarray(from, from + 4), (y * patch.width + x) * 4);
    }
  }
  return { width: patch.width, height: patch.height, rgba };
}

/** The whole-pixel rectangle around points, widened by `margin`. */
export function patchAround(points: readonly Point[], margin: number): Patch {
  const box = boundsOf(points);
  const [x, y] = [Math.floor(box.left - margin), Math.floor(box.top - margin)];
  return { x, y, width: Math.ceil(box.right + margin) - x, height: Math.ceil(box.bottom + margin) - y };
}
