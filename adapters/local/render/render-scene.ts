import sharp from 'sharp';
import type { TaskHost } from '../compute/host';
import { readCaptionFont } from '../font-table';
import { loadBackdrop } from './backdrop';
import { openClip, type ClipSource } from './clip-source';
import {
  talkingPainter,
  withCutaways,
  withOverlays,
  type Cutaway,
  type Painter,
  type TimedOverlay,
} from './compositor';
import { startEncoder, type FilmFormat } from './encoder';
import { toFrameSpan } from './frame-span';
import { drawCaption, drawWatermark } from './overlay';
import { planesToRgb } from './planes-to-rgb';
import { createRasteriser, type Rasteriser } from './rasteriser';
import { setUpScene, type LayerFiles } from './scene-setup';

/** Everything `render.scene` needs, as plain data; all files are local. */
export interface RenderSceneArgs {
  ffmpeg: string;
  output: string;
  format: FilmFormat;
  frames: number;
  picture: { kind: 'layers'; files: LayerFiles } | { kind: 'clip'; file: string };
  cutaways: { start_ms: number; end_ms: number; file: string }[];
  burn: { start_ms: number; end_ms: number; text: string }[];
  watermark: string | null;
}

/** Progress is told once in so many frames. */
const REPORT_EVERY = 25;

/**
 * Task `render.scene`: paints a scene frame by frame and encodes it while painting. One H.264 file without sound, exactly
 * `frames` long; the same arguments give the same bytes.
 * @throws FfmpegError
 */
export async function renderScene(
  args: RenderSceneArgs,
  host: Pick<TaskHost, 'progress'>,
): Promise<{ frames: number }> {
  const raster = createRasteriser();
  const source = await openPicture(args, raster);
  const paint = await compose(args, { raster, below: source.paint });
  const frame = raster.planes(args.format.size);
  const encoder = startEncoder(args.ffmpeg, args.format, args.output);
  try {
    for (let index = 0; index < args.frames; index++) {
      await paint(frame, index);
      await encoder.write(raster.bytes(frame));
      if ((index + 1) % REPORT_EVERY === 0)
        host.progress(Math.floor(((index + 1) / args.frames) * 100), `frame ${index + 1}`);
    }
    await encoder.finish();
  } catch (error) {
    encoder.kill();
    throw error;
  } finally {
    source.kill();
  }
  return { frames: args.frames };
}

async function openPicture(args: RenderSceneArgs, raster: Rasteriser): Promise<ClipSource> {
  const { picture, format } = args;
  if (picture.kind === 'clip') return openClip(args.ffmpeg, picture.file, { format, raster });
  return { paint: talkingPainter(raster, await setUpScene(picture.files)), kill: () => undefined };
}

/** The picture with cutaways over it, and text over both. */
async function compose(
  args: RenderSceneArgs,
  { raster, below }: { raster: Rasteriser; below: Painter },
): Promise<Painter> {
  const { size, fps } = args.format;
  const when = { fps, frames: args.frames };
  const cutaways: Cutaway[] = [];
  for (const { file, ...span } of args.cutaways) {
    const backdrop = await loadBackdrop(file, { frame: size, behindSubject: false });
    cutaways.push({ ...toFrameSpan(span, when), backdrop });
  }
  const font = args.burn.length > 0 ? readCaptionFont() : undefined;
  const overlays: TimedOverlay[] = args.burn.map(({ text, ...span }) => ({
    ...toFrameSpan(span, when),
    overlay: drawCaption(text, size, font),
  }));
  if (args.watermark)
    overlays.push({ from: 0, to: args.frames, overlay: drawWatermark(args.watermark, size) });
  return withOverlays(raster, withCutaways(raster, below, { cutaways, size, frames: args.frames }), overlays);
}

/** What `render.preview` needs: a scene at rest, as a JPEG. */
export interface RenderPreviewArgs {
  files: LayerFiles;
  output: string;
}

/** Task `render.preview`: the first frame of a scene with the face at rest. */
export async function renderPreview({ files, output }: RenderPreviewArgs): Promise<void> {
  const raster = createRasteriser();
  const { width, height } = files.layers.size;
  const frame = raster.planes({ width, height });
  await talkingPainter(raster, await setUpScene(files))(frame, 0);
  const rgb = planesToRgb(raster.bytes(frame), { width, height });
  const image = sharp(rgb, { raw: { width, height, channels: 3 } });
  await image.jpeg({ quality: 86, mozjpeg: false }).toFile(output);
}
