import type { FrameSize } from '../../../contracts/media';
import type { Framing, Stretch } from './cut-framing';

const KEEP_COLOURS = 'in_color_matrix=bt709:out_color_matrix=bt709:in_range=tv:out_range=tv';
/** The backdrop is blurred at an eighth of the size, which is fast and looks the same. */
const BACKDROP_SHARE = 8;
/** Half a frame at 25 fps: boundaries lie on frames, and times of frames are rounded. */
const HALF_FRAME_S = 0.02;

/** A filter graph from `[film]` to `[picture]`, planar YUV 4:2:0 of the wanted size. */
export function framingGraph(framing: Framing): string {
  const { film, size, stretches } = framing;
  if (film.width === size.width && film.height === size.height) return '[film]format=yuv420p[picture]';
  const shown = stretches.filter((stretch) => stretch.crop === null);
  if (shown.length === 0) return `[film]${cropFilter(framing)}[picture]`;
  if (shown.length === stretches.length) return wholeGraph(framing, { from: 'film', to: 'picture' });
  return [
    '[film]split[film_a][film_b]',
    `[film_a]${cropFilter(framing)}[close]`,
    wholeGraph(framing, { from: 'film_b', to: 'whole' }),
    `[close][whole]overlay=format=yuv420:enable='${shown.map(during).join('+')}',format=yuv420p[picture]`,
  ].join(';');
}

/** The window follows the face from stretch to stretch; within one it stands still. */
function cropFilter({ size, window, stretches }: Framing): string {
  const crops = stretches.flatMap(({ crop, end_ms }) => (crop ? [{ ...crop, end_ms }] : []));
  const at = (axis: 'x' | 'y'): string => {
    const last = crops.at(-1)?.[axis] ?? 0;
    return crops.slice(0, -1).reduceRight((rest, crop) => `if(lt(t,${seconds(crop.end_ms)}),${crop[axis]},${rest})`, String(last));
  };
  return `crop=${window.width}:${window.height}:'${at('x')}':'${at('y')}',${scaleTo(size, 'lanczos')},setsar=1,format=yuv420p`;
}

/** The whole picture over a soft, darker copy of itself that fills the frame. */
function wholeGraph({ film, size }: Framing, names: { from: string; to: string }): string {
  const scale = Math.min(size.width / film.width, size.height / film.height);
  const even = (side: number): number => Math.round(side / 2) * 2;
  const inner = { width: even(film.width * scale), height: even(film.height * scale) };
  const soft = { width: even(size.width / BACKDROP_SHARE), height: even(size.height / BACKDROP_SHARE) };
  const left = even((size.width - inner.width) / 2);
  const top = even((size.height - inner.height) / 2);
  const cover = `${scaleTo(soft, 'area')}:force_original_aspect_ratio=increase,crop=${soft.width}:${soft.height}`;
  return [
    `[${names.from}]split[${names.to}_low][${names.to}_high]`,
    `[${names.to}_low]${cover},gblur=sigma=3,lutyuv=y='16+(val-16)*0.6',${scaleTo(size, 'bicubic')},setsar=1[${names.to}_soft]`,
    `[${names.to}_high]${scaleTo(inner, 'lanczos')},setsar=1[${names.to}_sharp]`,
    `[${names.to}_soft][${names.to}_sharp]overlay=${left}:${top}:format=yuv420,format=yuv420p[${names.to}]`,
  ].join(';');
}

function scaleTo({ width, height }: FrameSize, flags: string): string {
  return `scale=${width}:${height}:flags=${flags}+accurate_rnd:${KEEP_COLOURS}`;
}

function during({ start_ms, end_ms }: Stretch): string {
  return `between(t,${seconds(start_ms)},${seconds(end_ms)})`;
}

function seconds(time_ms: number): string {
  return (time_ms / 1000 - HALF_FRAME_S).toFixed(3);
}
