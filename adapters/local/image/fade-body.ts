import type { FaceMesh } from '../../capabilities/image';
import { CHIN } from './mesh-points';
import type { Raster } from './raster';

/** Height of the fade in interocular distances; less where it would reach the chin. */
const FADE = 0.8;
const SHORTEST = 0.25;
/** The part of the body, in interocular distances to both sides of the chin, whose lower edge counts. */
const REACH = 1.2;
const OPAQUE = 128;

/**
 * Lets a body that the photo cuts off above row `limit` run out softly instead of ending on a straight edge. Returns the
 * same picture when the body reaches that far. RGBA with straight alpha.
 */
export function fadeBody(plate: Raster, mesh: FaceMesh, limit: number): Raster {
  const end = lowerEdge(plate, mesh);
  if (end >= Math.min(limit, plate.height) - 2 && plate.height >= limit) return plate;
  const data = plate.data.slice();
  const belowChin = end - (mesh.landmarks[CHIN]?.[1] ?? 0);
  const height = mesh.interocular * Math.min(FADE, Math.max(SHORTEST, belowChin / mesh.interocular));
  for (let y = Math.max(0, Math.floor(end - height)); y < plate.height; y++) {
    const t = Math.min(1, Math.max(0, (end - y) / height));
    const share = t * t * (3 - 2 * t);
    for (let at = y * plate.width * 4 + 3, x = 0; x < plate.width; x++, at += 4)
      data[at] = Math.round(data[at]! * share);
  }
  return { ...plate, data };
}

/** The highest row at which the body ends anywhere near the chin; cut edges slope when the photo was held askew. */
function lowerEdge(plate: Raster, mesh: FaceMesh): number {
  const chin = mesh.landmarks[CHIN] ?? [plate.width / 2, 0, 0];
  let edge = plate.height;
  for (let x = Math.floor(chin[0] - REACH * mesh.interocular); x <= chin[0] + REACH * mesh.interocular; x++) {
    const last = lastOpaque(plate, x);
    if (last > chin[1]) edge = Math.min(edge, last);
  }
  return edge;
}

function lastOpaque({ width, height, data }: Raster, x: number): number {
  if (x < 0 || x >= width) return -1;
  let y = height - 1;
  while (y >= 0 && data[(y * width + x) * 4 + 3]! < OPAQUE) y -= 1;
  return y;
}
