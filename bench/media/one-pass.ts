import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { SceneLayers } from '../../adapters/capabilities/video';
import { BACKDROP_MARGIN } from '../../adapters/local/render/backdrop';
import { encodeArgs } from '../../adapters/local/render/encoder';
import type { FilmFormat } from '../../adapters/local/render/encoder';
import { setUpScene } from '../../adapters/local/render/scene-setup';
import type { LayerFiles } from '../../adapters/local/render/scene-setup';
import { PARALLAX, zoomPlacement } from '../../adapters/local/render/compositor';
import { drawCaption } from '../../adapters/local/render/overlay';
import { renderStill, unpremultiply } from '../../adapters/local/render/still';
import { runFfmpeg } from '../../adapters/local/ffmpeg';

/** Where the mouth is in a frame, and how large a patch covers it; even numbers, as 4:2:0 asks. */
interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What one tuned ffmpeg process needs for a scene like ours. */
export interface OnePassScene {
  format: FilmFormat;
  frames: number;
  background: string;
  /** The subject cut out, as large as in the first frame, and where it goes. */
  portrait: string;
  place: Box;
  /** Raw frames of the mouth, taken from the product's own frames. */
  mouth: string;
  mouthBox: Box;
  /** A line of text over the whole width, and how far it lies below the upper edge. */
  caption: string;
  captionTop: number;
  camera: SceneLayers['camera'];
}

/** Draws the still layers and cuts the mouth out of the product's raw frames. */
export async function prepareOnePass(
  files: LayerFiles,
  { format, raw, ffmpeg, dir }: { format: FilmFormat; raw: string; ffmpeg: string; dir: string },
): Promise<OnePassScene> {
  const { size } = format;
  const { rig, placement } = await setUpScene(files);
  const { camera, frames } = files.layers;
  const still = renderStill(rig, { channels: {}, size, placement: zoomPlacement(placement, camera.zoom_from, size) });
  const portrait = path.join(dir, 'portrait.png');
  const trimmed = sharp(still, { raw: { ...size, channels: 4 } }).trim({ threshold: 1 });
  const { data, info } = await trimmed.png().toBuffer({ resolveWithObject: true });
  await writeFile(portrait, data);
  const place = { left: -(info.trimOffsetLeft ?? 0), top: -(info.trimOffsetTop ?? 0), width: info.width, height: info.height };
  const mouthBox = mouthOf(rig.measures.interocular * placement.scale * camera.zoom_from, size);
  const mouth = path.join(dir, 'mouth.yuv');
  const crop = `crop=${mouthBox.width}:${mouthBox.height}:${mouthBox.left}:${mouthBox.top}`;
  await run(ffmpeg, dir, [...rawInput(format, raw), '-vf', crop, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-y', mouth]);
  const text = drawCaption('And a line of words below them', size);
  const caption = path.join(dir, 'caption.png');
  await sharp(unpremultiply(text.rgba), { raw: { width: text.width, height: text.height, channels: 4 } }).png().toFile(caption);
  const { background } = files;
  return { format, frames, background, portrait, place, mouth, mouthBox, caption, captionTop: text.top, camera };
}

/** About where the camera aims: a little below the middle of the face. */
function mouthOf(interocular: number, { width, height }: FilmFormat['size']): Box {
  const even = (value: number) => 2 * Math.round(value / 2);
  const [w, h] = [even(interocular * 1.4), even(interocular * 1.1)];
  return { left: even(width / 2 - w / 2), top: even(height * 0.38 + interocular * 0.3), width: w, height: h };
}

export function rawInput({ size, fps }: FilmFormat, file: string): string[] {
  return ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${size.width}x${size.height}`, '-framerate', String(fps), '-i', file];
}

/** What follows the picture before it is encoded. */
export type Enhancement = 'none' | 'every_frame';

/**
 * The same scene as ffmpeg can do it in one pass with the product's encoder settings. Filter by filter, what the product
 * does: the background is decoded, fitted and blurred once (`loadBackdrop`), then pushed in and cropped for every frame
 * (`drawBackdrop`); over it the portrait, pushed in and moved for every frame (`poseRig` and `drawTriangles` move all of
 * it); over that the mouth, which is another one in every frame; then a caption (`layOver`). The product sharpens the
 * portrait once, before the scene, so by default nothing else is done to a frame; with `every_frame` the pass denoises
 * and sharpens as the research's reference did. Not in it: the warp of the face, blinks, and the head's turning, which
 * ffmpeg has no filter for, and shadow and vignette, which are drawn once.
 */
export function renderOnePass(
  scene: OnePassScene,
  { ffmpeg, dir, output, enhancement = 'none' }: { ffmpeg: string; dir: string; output: string; enhancement?: Enhancement },
): Promise<unknown> {
  const { format, frames, place, mouthBox } = scene;
  const still = (file: string) => ['-f', 'image2', '-framerate', String(format.fps), '-i', file];
  const mouth = rawInput({ ...format, size: mouthBox }, scene.mouth);
  const zoom = zoomOf(scene);
  const enhance = enhancement === 'none' ? 'null' : 'hqdn3d=1.5:1.5:6:6,unsharp=5:5:0.6';
  const filter = [
    `[0]${pushIn(scene)}[back]`,
    `[1]format=yuva420p,loop=-1:1,scale=w='2*trunc(${place.width}*${zoom}/2)':h=-2:eval=frame:flags=bilinear[body]`,
    `[3]format=yuva420p,loop=-1:1[words]`,
    `[back][body]overlay=x='${place.left}-(w-${place.width})/2+3*sin(n/17)':y='${place.top}+2*sin(n/11)':eval=frame:format=yuv420[lit]`,
    `[lit][2]overlay=x='${mouthBox.left}+3*sin(n/17)':y='${mouthBox.top}+2*sin(n/11)':eval=frame:format=yuv420[face]`,
    `[face]${enhance}[film]`,
    `[film][words]overlay=x=0:y=${scene.captionTop}:format=yuv420[out]`,
  ].join(';');
  const inputs = [...still(scene.background), ...still(scene.portrait), ...mouth, ...still(scene.caption)];
  const encoded = ['-map', '[out]', '-frames:v', String(frames), ...encodeArgs(format, output)];
  return run(ffmpeg, dir, [...inputs, '-filter_complex', filter, ...encoded]);
}

function zoomOf({ camera, frames }: OnePassScene): string {
  return `(${camera.zoom_from}+${camera.zoom_to - camera.zoom_from}*n/${frames})`;
}

/** The background decoded, fitted and blurred once, then scaled and cropped for every frame. */
function pushIn(scene: OnePassScene): string {
  const { width, height } = scene.format.size;
  const near = `(1+(${zoomOf(scene)}-1)*${PARALLAX})`;
  const larger = `${Math.ceil(width * BACKDROP_MARGIN)}:${Math.ceil(height * BACKDROP_MARGIN)}`;
  return [
    `scale=${larger}:force_original_aspect_ratio=increase,crop=${larger},gblur=sigma=${(height * 0.0035).toFixed(2)},format=yuv420p,loop=-1:1`,
    `scale=w='2*trunc(${width}*${near}/2)':h='2*trunc(${height}*${near}/2)':eval=frame:flags=bilinear,crop=${width}:${height}`,
  ].join(',');
}

/** What ffmpeg takes for the background's push-in alone, without an encoder. */
export function pushInOnly(scene: OnePassScene, { ffmpeg, dir }: { ffmpeg: string; dir: string }): Promise<unknown> {
  const still = ['-f', 'image2', '-framerate', String(scene.format.fps), '-i', scene.background];
  const filter = `[0]${pushIn(scene)}[out]`;
  return run(ffmpeg, dir, [...still, '-filter_complex', filter, '-map', '[out]', '-frames:v', String(scene.frames), '-f', 'null', '-']);
}

/** The product's own frames through its own encoder settings, and nothing else: no render can cost less. */
export function encodeOnly(raw: string, format: FilmFormat, { ffmpeg, dir, output }: { ffmpeg: string; dir: string; output: string }): Promise<unknown> {
  return run(ffmpeg, dir, [...rawInput(format, raw), ...encodeArgs(format, output)]);
}

/** The film's voice to the film's loudness and to AAC, in one pass. */
export function soundOnePass(voice: string, { ffmpeg, dir, output }: { ffmpeg: string; dir: string; output: string }): Promise<unknown> {
  const aac = '-c:a aac -aac_coder fast -b:a 160k -ar 48000 -f mp4 -y'.split(' ');
  return run(ffmpeg, dir, ['-i', voice, '-af', 'loudnorm=I=-16:TP=-1.5', ...aac, output]);
}

function run(ffmpeg: string, dir: string, args: string[]): Promise<unknown> {
  const limits = { dir, signal: new AbortController().signal, timeout_ms: 600_000 };
  return runFfmpeg(ffmpeg, ['-hide_banner', '-nostats', '-v', 'error', ...args], limits);
}
