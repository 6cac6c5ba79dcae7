import path from 'node:path';
import sharp from 'sharp';
import { inputArgs, runFfmpeg, type FfmpegOptions } from '../ffmpeg';
import { encodeArgs } from '../render/encoder';
import type { CaptionStrip } from './cut-captions';
import { framingGraph } from './cut-filter';
import { framingAt, type Framing } from './cut-framing';

export interface PictureRequest {
  film: string;
  framing: Framing;
  fps: number;
  frames: number;
  captions: CaptionStrip | null;
  target: string;
}

/** Encodes the picture of a cut once, in the form of every other film of ours: H.264 without sound, exactly `frames` long. */
export async function encodePicture(ffmpegPath: string, request: PictureRequest, options: FfmpegOptions): Promise<void> {
  const { film, framing, fps, frames, captions, target } = request;
  const graph = [`[0:v]trim=end_frame=${frames},setpts=PTS-STARTPTS[film]`, framingGraph(framing), ...captionGraph(captions)].join(';');
  const inputs = [...inputArgs(film, 'mov'), ...(captions ? inputArgs(captions.list, 'concat') : [])];
  const output = ['-map', captions ? '[titled]' : '[picture]', '-frames:v', String(frames), ...encodeArgs({ size: framing.size, fps }, target)];
  await runFfmpeg(ffmpegPath, [...inputs, '-filter_complex', graph, ...output], options);
}

/** RGB to the matrix that the stream is marked with; without it ffmpeg takes the older one and colours shift. */
function captionGraph(captions: CaptionStrip | null): string[] {
  if (!captions) return [];
  return [
    '[1:v]scale=out_color_matrix=bt709:out_range=tv,format=yuva420p[caption]',
    `[picture][caption]overlay=0:${captions.top}:eof_action=repeat:format=yuv420,format=yuv420p[titled]`,
  ];
}

export interface StillRequest {
  film: string;
  framing: Framing;
  fps: number;
  /** Counted from the film's start. */
  frame: number;
  target: string;
}

/** One frame of the film in the cut's framing, without captions, as JPEG (quality 88, progressive, no metadata). */
export async function extractStill(ffmpegPath: string, request: StillRequest, options: FfmpegOptions): Promise<void> {
  const { film, framing, fps, frame, target } = request;
  const png = path.join(options.dir, `${path.basename(target, '.jpg')}.png`);
  // Half a frame early: seeking goes to the first picture at or after the time.
  const seek = Math.max(0, (frame - 0.5) / fps).toFixed(4);
  const graph = `[0:v]null[film];${framingGraph(framingAt(framing, (frame * 1000) / fps))}`;
  const output = '-map [picture] -frames:v 1 -f image2 -update 1 -y'.split(' ');
  await runFfmpeg(ffmpegPath, [...inputArgs(film, 'mov', ['-ss', seek]), '-filter_complex', graph, ...output, png], options);
  await sharp(png).jpeg({ quality: 88, progressive: true, chromaSubsampling: '4:4:4' }).toFile(target);
}
