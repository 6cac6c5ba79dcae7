import type { TaskHost } from '../compute/host';
import { detectFaces, mergeOverlapping } from './detect';
import type { FaceBox } from './detect';
import { eyeDistance, tooSmall } from './find-face';
import { MIN_INTEROCULAR } from './judge';
import type { Located } from './locate-face';
import { PhotoRefused } from './photo-refused';
import type { PhotoCode } from './photo-refused';
import { relativeSharpness } from './quality';
import { cutRaster, luma, turnRaster } from './raster';
import type { Raster } from './raster';
import { sampleSimilarity } from './sample';

/** What is said of a face that the detector saw in the wrong place, twice or not at all. */
const MISLED: readonly PhotoCode[] = ['photo_face_missing', 'photo_faces_many', 'photo_face_cut'];
/** The picture is judged at the size that the detector sees, longer side in pixels. */
const VIEW = 256;
/** Sharp portraits measure 0.14 and more in that view, those too blurred for the detector 0.005 and less. */
const TOO_SOFT = 0.006;
/** Side and step of the squares that are looked at one by one; small faces fit into what two of them share. */
const TILE = 512;
const STEP = 384;
/** Pictures without a face gave boxes of 0.65 in such squares. */
const TILE_SCORE = 0.7;
/** Boxes below this share of the picture are as small as the detector's own grid: they say little. */
const GRID_SHARE = 1 / 16;

/**
 * Names the reason behind a refusal where another one misled the detector: in a picture that is blurred as a whole, or whose
 * face is tiny, it sees faces where there are none, or none where there is one. Anything else comes back as it is.
 */
export async function explainRefusal(refusal: unknown, located: Located, host: TaskHost): Promise<unknown> {
  if (!(refusal instanceof PhotoRefused) || !MISLED.includes(refusal.code)) return refusal;
  if (isBlurred(located.picture)) return new PhotoRefused('photo_blurred', 'The whole picture is out of focus or blurred.');
  return refusal.code !== 'photo_face_cut' && (await isTiny(refusal.code, located, host)) ? tooSmall() : refusal;
}

function isBlurred(picture: Raster): boolean {
  const scale = Math.max(picture.width, picture.height) / VIEW;
  const target = { width: Math.max(3, Math.round(picture.width / scale)), height: Math.max(3, Math.round(picture.height / scale)) };
  const rgb = sampleSimilarity(picture, { centre: [picture.width / 2, picture.height / 2], scale, angle: 0, target });
  const values = Float32Array.from({ length: target.width * target.height }, (_, i) => luma(rgb[i * 3]!, rgb[i * 3 + 1]!, rgb[i * 3 + 2]!));
  const sharpness = relativeSharpness(values, target);
  return sharpness > 0 && sharpness < TOO_SOFT;
}

/** Whether a closer look finds a face where there seemed to be none, or one that is too small where there seemed to be several. */
async function isTiny(code: PhotoCode, { picture, rotation, scale, faces }: Located, host: TaskHost): Promise<boolean> {
  const least = Math.max(picture.width, picture.height) * GRID_SHARE;
  if (code === 'photo_faces_many' && faces.some(({ width }) => width > least)) return false;
  // What the detector took for a face may have turned the picture.
  const found = await lookCloser(turnRaster(picture, -rotation), host);
  const [first] = found;
  if (first === undefined) return false;
  return code === 'photo_face_missing' || (found.length === 1 && eyeDistance(first) * scale < MIN_INTEROCULAR);
}

/** Faces of a picture that is larger than a square, found square by square. */
async function lookCloser(picture: Raster, host: TaskHost): Promise<FaceBox[]> {
  const found: FaceBox[] = [];
  if (Math.max(picture.width, picture.height) <= TILE) return found;
  for (const top of startsOf(picture.height)) {
    for (const left of startsOf(picture.width)) {
      const size = { width: Math.min(TILE, picture.width), height: Math.min(TILE, picture.height) };
      const faces = await detectFaces(cutRaster(picture, { left, top, ...size }), host, { minScore: TILE_SCORE });
      found.push(...faces.map((face) => moved(face, left, top)));
    }
  }
  return mergeOverlapping(found);
}

/** Where the squares begin along a side; the last one ends at the edge. */
function startsOf(length: number): number[] {
  const last = Math.max(0, length - TILE);
  const inner = Array.from({ length: Math.ceil(last / STEP) }, (_, index) => index * STEP);
  return [...inner, last];
}

function moved(face: FaceBox, left: number, top: number): FaceBox {
  const shift = ([x, y]: [number, number]): [number, number] => [x + left, y + top];
  return { ...face, centre: shift(face.centre), points: face.points.map(shift) };
}
