import sharp from 'sharp';
import { decodeFrames, pickFrames } from '../../adapters/local/decode-frames';
import { detectFaces } from '../../adapters/local/image/detect';
import type { TaskHost } from '../../adapters/local/compute/host';
import type { Tile } from './contact-sheet';
import { tileSize } from './contact-sheet';
import type { Moment, MomentKind } from './moments';

interface Frame {
  width: number;
  height: number;
}

/** Moments that are about the mouth. */
const CLOSE_UP = new Set<MomentKind>(['closure', 'opening']);
/** Part of the face's box that such a tile shows, and how far below its centre the mouth lies. */
const MOUTH_VIEW = { width: 0.95, below: 0.22 };
const SURE = 0.5;

/**
 * One small picture a moment. The film is decoded once, frame by frame, and only tiles are kept. A closure or an
 * opening is shown as a close-up of the lower face, where one is found.
 */
export async function cutTiles(
  film: { ffmpegPath: string; video: string; frame: Frame },
  moments: readonly Moment[],
  host: TaskHost,
): Promise<Tile[]> {
  const { width, height } = film.frame;
  const numbers = [...new Set(moments.map(({ frame }) => frame))].sort((a, b) => a - b);
  const filter = `${pickFrames(numbers)},scale=${width}:${height}:in_color_matrix=bt709,format=rgb24`;
  const tiles = new Map<Moment, Buffer>();
  let at = 0;
  for await (const rgb of decodeFrames({ ...film, filter, bytes: width * height * 3 })) {
    const number = numbers[at++];
    for (const moment of moments.filter(({ frame }) => frame === number)) {
      const region = CLOSE_UP.has(moment.kind) ? await findMouth({ ...film.frame, rgb }, host) : null;
      tiles.set(moment, await shrink({ ...film.frame, rgb }, region));
    }
  }
  return moments.flatMap((moment) => {
    const picture = tiles.get(moment);
    return picture ? [{ moment, picture }] : [];
  });
}

type Pixels = Frame & { rgb: Uint8Array };
interface Region {
  left: number;
  top: number;
  width: number;
  height: number;
}

async function findMouth({ width, height, rgb }: Pixels, host: TaskHost): Promise<Region | null> {
  const [face] = await detectFaces({ width, height, channels: 3, data: rgb }, host, { minScore: SURE });
  if (!face) return null;
  const shape = width / height;
  const wanted = Math.min(width, height * shape, Math.max(face.width, face.width * shape * 0.6) * MOUTH_VIEW.width);
  const size = { width: Math.round(wanted), height: Math.round(wanted / shape) };
  const clampTo = (value: number, most: number) => Math.round(Math.min(most, Math.max(0, value)));
  return {
    ...size,
    left: clampTo(face.centre[0] - size.width / 2, width - size.width),
    top: clampTo(face.centre[1] + face.height * MOUTH_VIEW.below - size.height / 2, height - size.height),
  };
}

async function shrink({ width, height, rgb }: Pixels, region: Region | null): Promise<Buffer> {
  const raw = { width, height, channels: 3 } as const;
  const picture = sharp(rgb, { raw });
  const size = tileSize({ width, height });
  const part = region ? picture.extract(region) : picture;
  return part.resize(size.width, size.height, { fit: 'fill', kernel: 'lanczos3' }).png({ compressionLevel: 1 }).toBuffer();
}
