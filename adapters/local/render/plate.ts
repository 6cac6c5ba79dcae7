import sharp from 'sharp';
import type { FaceMesh } from '../../capabilities/image';
import { sharpenPlate } from './sharpen';

/** A subject cut out of its photo: RGBA with straight alpha, 8 bit. */
export interface Plate {
  width: number;
  height: number;
  rgba: Uint8Array;
}

/** A plate with the mesh that lies on it. */
export interface Subject {
  plate: Plate;
  mesh: FaceMesh;
}

/** Decodes a plate from a PNG file or its bytes. */
export async function decodePlate(png: string | Uint8Array): Promise<Plate> {
  const { data, info } = await sharp(png)
    .ensureAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgba: bytesOf(data) };
}

/** The same bytes as a plain array: copying megabytes makes the collector look through all of a thread's memory. */
export function bytesOf({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

/** The upper `height` rows of a subject; what lies below the frame need not be drawn. */
export function cropSubject({ plate, mesh }: Subject, height: number): Subject {
  if (height >= plate.height) return { plate, mesh };
  return {
    plate: { width: plate.width, height, rgba: plate.rgba.subarray(0, plate.width * height * 4) },
    mesh: { ...mesh, height },
  };
}

/**
 * Plate and mesh at another size, so that a texel is about as large as a pixel of the frame: bilinear sampling of a
 * much larger texture would flicker. `sharpness` 0 leaves the picture as it is, 1 is a light unsharp mask.
 */
export async function resizeSubject(
  { plate, mesh }: Subject,
  options: { scale: number; sharpness: number },
): Promise<Subject> {
  const { scale, sharpness } = options;
  const [width, height] = [Math.round(plate.width * scale), Math.round(plate.height * scale)];
  const raw = { width: plate.width, height: plate.height, channels: 4 } as const;
  const image = sharp(plate.rgba, { raw }).resize(width, height, { fit: 'fill', kernel: 'lanczos3' });
  const resized = { width, height, rgba: bytesOf(await image.raw().toBuffer()) };
  // sharp's own filter goes by way of CIE L*a*b*, which takes ten times as long.
  if (sharpness > 0) sharpenPlate(resized, { flat: 0.4 * sharpness, edges: 1.2 * sharpness });
  return { plate: resized, mesh: scaleMesh(mesh, { width, height }) };
}

function scaleMesh(mesh: FaceMesh, size: { width: number; height: number }): FaceMesh {
  const [sx, sy] = [size.width / mesh.width, size.height / mesh.height];
  return {
    ...size,
    landmarks: mesh.landmarks.map(([x, y, z]) => [x * sx, y * sy, z * sx]),
    interocular: mesh.interocular * sx,
  };
}
