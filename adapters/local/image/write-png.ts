import sharp from 'sharp';
import type { Raster } from './raster';

/** Writes a picture as PNG. The same pixels give the same bytes. */
export async function writePng(picture: Raster, path: string): Promise<void> {
  const raw = { width: picture.width, height: picture.height, channels: picture.channels };
  await sharp(picture.data, { raw }).png({ compressionLevel: 6, adaptiveFiltering: true }).toFile(path);
}
