import { open, stat } from 'node:fs/promises';
import sharp from 'sharp';
import type { Region, Sharp } from 'sharp';
import { PhotoRefused } from './photo-refused';
import type { Raster } from './raster';
import { SNIFF_BYTES, sniffPhoto } from './sniff';

/** Largest photo in pixels and in bytes. */
const MAX_PIXELS = 40_000_000;
const MAX_BYTES = 50 * 1024 * 1024;
/** Behind the see-through parts of a photo with alpha. */
const GROUND = '#c8c8c8';

// Every photo is read a few times at most; a cache of decoded pixels would only hold memory.
sharp.cache(false);

/** A photo that passed the door: its size is that of the upright picture, as its EXIF data says. */
export interface Photo {
  path: string;
  width: number;
  height: number;
}

/**
 * Looks at a file's first bytes and its header, without decoding pixels.
 * @throws PhotoRefused when it is no still JPEG, PNG, WebP or AVIF picture of at most 40 megapixels and 50 MB
 */
export async function openPhoto(path: string): Promise<Photo> {
  const { size } = await stat(path);
  if (size > MAX_BYTES) throw new PhotoRefused('photo_too_large', 'The file is larger than 50 MB.');
  const format = sniffPhoto(await readHead(path));
  const header = await read(path).metadata().catch(undecodable);
  const decoded = header.format === 'heif' && header.compression === 'av1' ? 'avif' : header.format;
  if (decoded !== format) throw new PhotoRefused('photo_undecodable', 'The picture cannot be decoded.');
  if ((header.pages ?? 1) > 1)
    throw new PhotoRefused('photo_animated', 'Moving pictures cannot be used. Use a still picture.');
  const { width, height } = header.autoOrient;
  if (width * height > MAX_PIXELS)
    throw new PhotoRefused('photo_too_large', 'The picture has more than 40 megapixels.');
  return { path, width, height };
}

export interface DecodeOptions {
  /** Clockwise turn after EXIF orientation, degrees: 0, 90, 180 or 270. */
  rotation: number;
  /** Part of the upright, turned picture; all of it when left out. */
  region?: Region;
  /** Size of the result; a larger one is interpolated with Lanczos. */
  width: number;
  height: number;
}

/**
 * Decodes a photo to 8 bit sRGB without alpha. Profiles are converted, metadata (place, device) is left behind.
 * @throws PhotoRefused `photo_undecodable` when the pixels are damaged
 */
export async function decodePhoto(photo: Photo, options: DecodeOptions): Promise<Raster> {
  const upright = read(photo.path).autoOrient().rotate(options.rotation);
  const part = options.region === undefined ? upright : upright.extract(options.region);
  const size = { width: options.width, height: options.height, fit: 'fill', kernel: 'lanczos3' } as const;
  const result = part.resize(size).flatten({ background: GROUND }).toColourspace('srgb').raw();
  const { data, info } = await result.toBuffer({ resolveWithObject: true }).catch(undecodable);
  const raster = { width: info.width, height: info.height, channels: 3, data } as const;
  return info.channels === 1 ? { ...raster, data: grayToRgb(data) } : raster;
}

function read(path: string): Sharp {
  return sharp(path, { failOn: 'error', limitInputPixels: MAX_PIXELS, pages: 1 });
}

async function readHead(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SNIFF_BYTES), 0, SNIFF_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function undecodable(cause: unknown): never {
  const limit = cause instanceof Error && cause.message.includes('pixel limit');
  if (limit) throw new PhotoRefused('photo_too_large', 'The picture has more than 40 megapixels.');
  throw new PhotoRefused('photo_undecodable', 'The picture is damaged and cannot be decoded.');
}

function grayToRgb(gray: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(gray.length * 3);
  for (let i = 0; i < gray.length; i++) rgb.fill(gray[i]!, i * 3, i * 3 + 3);
  return rgb;
}
