import { PhotoRefused } from './photo-refused';

export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'avif';

/** How many bytes of a file `sniffPhoto` wants to see. */
export const SNIFF_BYTES = 4096;

const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1']);
const ACCEPTED = 'Use a JPEG, PNG, WebP or AVIF picture.';

/**
 * The format of a photo by its first bytes; a file's name and declared type count for nothing.
 * Only four formats pass, because the decoder could also be talked into reading documents and vector pictures.
 * @throws PhotoRefused `photo_undecodable`, `photo_heic`, `photo_animated` or `photo_type_unsupported`
 */
export function sniffPhoto(head: Uint8Array): PhotoFormat {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  if (text.length === 0) throw new PhotoRefused('photo_undecodable', 'The file is empty.');
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return requireStill('png', isAnimatedPng(text));
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  if (text.slice(4, 8) === 'ftyp') return sniffIsoMedia(text);
  if (/^GIF8[79]a/.test(text) && isAnimatedGif(text)) throw moving();
  throw new PhotoRefused('photo_type_unsupported', `This type of file is not supported. ${ACCEPTED}`);
}

/** ISO base media files name their brands in the first box: major brand, version, then compatible brands. */
function sniffIsoMedia(text: string): PhotoFormat {
  const length = Math.min(
    text
      .slice(0, 4)
      .split('')
      .reduce((sum, char) => sum * 256 + char.charCodeAt(0), 0),
    256,
  );
  const brands = [text.slice(8, 12), ...(text.slice(16, length).match(/.{4}/gs) ?? [])];
  if (brands[0] === 'avis') return requireStill('avif', true);
  if (brands.includes('avif')) return 'avif';
  if (brands.some((brand) => HEIC_BRANDS.has(brand))) {
    throw new PhotoRefused('photo_heic', `HEIC pictures cannot be read. ${ACCEPTED}`);
  }
  throw new PhotoRefused(
    'photo_type_unsupported',
    `This is a film or another kind of file, not a picture. ${ACCEPTED}`,
  );
}

/** The chunk `acTL` stands before the pixels of an animated PNG, which decoders otherwise show as a still. */
function isAnimatedPng(text: string): boolean {
  const control = text.indexOf('acTL');
  const pixels = text.indexOf('IDAT');
  return control >= 0 && (pixels < 0 || control < pixels);
}

/** Before its first picture an animated GIF names how often it repeats, or how long that picture is shown. */
function isAnimatedGif(text: string): boolean {
  return /\x21\xff\x0b(NETSCAPE2\.0|ANIMEXTS1\.0)/.test(text) || /\x21\xf9\x04[^](?!\0\0)[^]{2}[^]\0\x2c/.test(text);
}

function requireStill(format: PhotoFormat, animated: boolean): PhotoFormat {
  if (animated) throw moving();
  return format;
}

function moving(): PhotoRefused {
  return new PhotoRefused('photo_animated', 'Moving pictures cannot be used. Use a still picture.');
}
