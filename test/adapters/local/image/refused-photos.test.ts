import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { createComputePool } from '../../../../adapters/local/compute/pool';
import { FACES } from '../../../support/faces';
import { PORTRAIT, plain, portrait } from './portrait';

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><rect width="400" height="400"/></svg>';

/** The portrait, and another picture of its size to the right of it. */
async function beside(other: Sharp): Promise<Buffer> {
  const input = await other.png().toBuffer();
  return plain(1024, 512, '#999').composite([{ input: PORTRAIT, left: 0, top: 0 }, { input, left: 512, top: 0 }]).png().toBuffer();
}

/** Another person, whose face is twice as wide as the portrait's. */
const closer = (): Sharp => sharp(FACES.hopper).resize(512, 512, { fit: 'cover', position: 'top' });

/** The portrait as a small part of a plain picture. */
async function inLargePicture(side: number): Promise<Buffer> {
  const input = await portrait().resize(side).png().toBuffer();
  return plain(1600, 1200, '#89a').composite([{ input, left: 700, top: 500 }]).png().toBuffer();
}

async function truncated(format: 'jpeg' | 'png' | 'webp'): Promise<Buffer> {
  const whole = await portrait().toFormat(format).toBuffer();
  return whole.subarray(0, Math.floor(whole.length * 0.6));
}

/** An animation of two frames, which sharp makes from a strip of both. */
async function animated(format: 'webp' | 'gif'): Promise<Buffer> {
  const frame = await portrait().resize(128).raw().toBuffer();
  const strip = { width: 128, height: 256, channels: 3 as const, pageHeight: 128 };
  return sharp(Buffer.concat([frame, Buffer.from(frame).fill(90)]), { raw: strip })
    .toFormat(format, { loop: 0, delay: [100, 100] })
    .toBuffer();
}

/** A PNG with the chunk that announces an animation. */
async function animatedPng(): Promise<Buffer> {
  const still = await portrait().png().toBuffer();
  const control = Buffer.from('000000086163544c000000020000000000000000', 'hex');
  return Buffer.concat([still.subarray(0, 33), control, still.subarray(33)]);
}

/** First box of an ISO media file with the given brands. */
function isoMedia(...brands: string[]): Buffer {
  const box = Buffer.from(`\0\0\0\0ftyp${brands[0]}\0\0\0\0${brands.slice(1).join('')}`, 'latin1');
  box.writeUInt32BE(box.length);
  return Buffer.concat([box, Buffer.alloc(4000)]);
}

/** Header of a PNG that claims to be far larger than it is. */
async function claimedSize(width: number, height: number): Promise<Buffer> {
  const png = await plain(16, 16, '#888').png().toBuffer();
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  return png;
}

type Case = [what: string, code: string, bytes: () => Buffer | Promise<Buffer>];

const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;

/** Every bad photo: what it is, the code it gets, its bytes. Names and types of files never matter. */
const CASES: Case[] = [
  ['a file without bytes', 'photo_undecodable', () => Buffer.alloc(0)],
  ['a text file', 'photo_type_unsupported', () => Buffer.from('This is not a picture.\n'.repeat(40))],
  [
    'random bytes',
    'photo_type_unsupported',
    () => Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919 + 13) % 251)),
  ],
  ['an SVG', 'photo_type_unsupported', () => Buffer.from(SVG)],
  [
    'an SVG behind an XML declaration',
    'photo_type_unsupported',
    () => Buffer.from(`<?xml version="1.0"?>\n${SVG}`),
  ],
  [
    'an HLS playlist',
    'photo_type_unsupported',
    () => Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'),
  ],
  [
    'an ffmpeg concat list',
    'photo_type_unsupported',
    () => Buffer.from("ffconcat version 1.0\nfile '/etc/passwd'\n"),
  ],
  ['a PDF', 'photo_type_unsupported', () => Buffer.from('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n')],
  ['a PostScript file', 'photo_type_unsupported', () => Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n')],
  ['an HTML page', 'photo_type_unsupported', () => Buffer.from('<!doctype html><img src=x>')],
  ['a ZIP archive', 'photo_type_unsupported', () => Buffer.from('PK\u0003\u0004aaaaaaaaaaaa')],
  ['a BMP', 'photo_type_unsupported', () => Buffer.from(`BM${'\0'.repeat(200)}`)],
  ['a GIF', 'photo_type_unsupported', () => portrait().gif().toBuffer()],
  ['a moving GIF', 'photo_animated', () => animated('gif')],
  ['a TIFF', 'photo_type_unsupported', () => portrait().tiff().toBuffer()],
  ['an MP4 film', 'photo_type_unsupported', () => isoMedia('isom', 'isom', 'avc1')],
  ['an iPhone HEIC', 'photo_heic', () => isoMedia('heic', 'mif1', 'heic')],
  ['a HEIC sequence', 'photo_heic', () => isoMedia('hevc', 'msf1', 'hevc')],
  ['a moving WebP', 'photo_animated', () => animated('webp')],
  ['a moving PNG', 'photo_animated', animatedPng],
  ['a moving AVIF', 'photo_animated', () => isoMedia('avis', 'avif', 'msf1')],
  ['a JPEG cut short', 'photo_undecodable', () => truncated('jpeg')],
  ['a PNG cut short', 'photo_undecodable', () => truncated('png')],
  ['a WebP cut short', 'photo_undecodable', () => truncated('webp')],
  [
    'a PNG signature with nothing behind it',
    'photo_undecodable',
    () => Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  ],
  [
    'a JPEG signature with text behind it',
    'photo_undecodable',
    () => Buffer.concat([Buffer.from([255, 216, 255]), Buffer.from(SVG)]),
  ],
  [
    'a picture of 12,000 by 12,000 pixels',
    'photo_too_large',
    () => plain(12_000, 12_000, '#777').png().toBuffer(),
  ],
  ['a header that claims 100,000 by 100,000 pixels', 'photo_too_large', () => claimedSize(100_000, 100_000)],
  ['a face behind heavy blur', 'photo_blurred', () => portrait().blur(4).png().toBuffer()],
  ...[6, 10, 20, 50].map((sigma): Case => [`a face behind blur of ${sigma} pixels`, 'photo_blurred', () => portrait().blur(sigma).png().toBuffer()]),
  ['a blurred photo in a heavily compressed file', 'photo_blurred', () => portrait().blur(8).jpeg({ quality: 40 }).toBuffer()],
  ['a face out of focus', 'photo_blurred', () => portrait().blur(2).jpeg().toBuffer()],
  ['a face in the dark', 'photo_too_dark', () => portrait().linear(0.08, 0).png().toBuffer()],
  ['a face in a fifth of the light', 'photo_too_dark', () => portrait().linear(0.2, 0).jpeg().toBuffer()],
  ['a black picture', 'photo_too_dark', () => plain(600, 600, '#000').png().toBuffer()],
  ['an overexposed face', 'photo_too_bright', () => portrait().linear(1.6, 30).png().toBuffer()],
  ['a burnt-out face', 'photo_too_bright', () => portrait().linear(2.2, 40).png().toBuffer()],
  ['a white picture', 'photo_too_bright', () => plain(600, 600, '#fff').png().toBuffer()],
  ['two people', 'photo_faces_many', () => beside(portrait().flop())],
  ['two people, one of whom is closer', 'photo_faces_many', () => beside(closer())],
  ['a thumbnail', 'photo_face_too_small', () => portrait().resize(128).png().toBuffer()],
  ['a face far away', 'photo_face_too_small', () => portrait().resize(256).png().toBuffer()],
  [
    'a face so far away that it is hard to tell from other things',
    'photo_face_too_small',
    () => portrait().resize(160).extend({ top: 400, left: 400, bottom: 440, right: 440, background: '#808080' }).png().toBuffer(),
  ],
  ...[100, 150, 260].map((side): Case => [`a portrait of ${side} pixels in a large picture`, 'photo_face_too_small', () => inLargePicture(side)]),
  [
    'a face cut at the left',
    'photo_face_cut',
    () => portrait().extract({ left: 215, top: 0, width: 297, height: 512 }).png().toBuffer(),
  ],
  [
    'a face without forehead',
    'photo_face_cut',
    () => portrait().extract({ left: 0, top: 95, width: 512, height: 417 }).png().toBuffer(),
  ],
  [
    'a face without mouth and chin',
    'photo_face_cut',
    () => portrait().extract({ left: 0, top: 0, width: 512, height: 140 }).png().toBuffer(),
  ],
  [
    'half a face, close',
    'photo_face_cut',
    () => portrait().extract({ left: 190, top: 80, width: 60, height: 110 }).png().toBuffer(),
  ],
  [
    'a space suit without a head',
    'photo_face_missing',
    () => portrait().extract({ left: 100, top: 220, width: 290, height: 290 }).png().toBuffer(),
  ],
  [
    'a space suit without a head, close',
    'photo_face_missing',
    () => portrait().extract({ left: 100, top: 220, width: 290, height: 290 }).resize(1600).png().toBuffer(),
  ],
  ['a grey picture', 'photo_face_missing', () => plain(600, 600, '#888').png().toBuffer()],
  [
    'noise',
    'photo_face_missing',
    () =>
      sharp({ create: { width: 600, height: 600, channels: 3, background: '#888', noise } })
        .png()
        .toBuffer(),
  ],
  ['one pixel', 'photo_face_missing', () => plain(1, 1, '#c96').png().toBuffer()],
  ['a line', 'photo_face_missing', () => portrait().resize(1500, 3, { fit: 'fill' }).png().toBuffer()],
];

describe('a photo that cannot be used', () => {
  const pool = createComputePool({ size: 1 });
  let dir: string;
  beforeAll(async () => (dir = await mkdtemp(path.join(tmpdir(), 'photos-'))));
  afterAll(() => pool.close());
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each(CASES)('%s is refused with %s', async (what, code, bytes) => {
    const file = path.join(dir, 'photo.png');
    await writeFile(file, await bytes());
    const refused = await pool.run('image.inspect', { path: file }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'PhotoRefused', code });
    expect(refused).toHaveProperty('message', expect.stringMatching(/^[A-Z].*\.$/));
    expect(String(refused)).not.toContain(dir);
  });
});
