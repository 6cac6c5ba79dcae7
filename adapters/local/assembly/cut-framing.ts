import type { FrameSize } from '../../../contracts/media';

/** Where the face is in a scene of the film, in film pixels. */
export interface Face {
  /** Middle between the eyes. */
  x: number;
  y: number;
  interocular: number;
}

/** A stretch of the film in which the picture is framed alike. Film time; `crop` is the window's upper left corner. */
export interface Stretch {
  start_ms: number;
  end_ms: number;
  /** Null: the whole picture is shown, over a soft copy of itself. */
  crop: { x: number; y: number } | null;
}

export interface Framing {
  film: FrameSize;
  size: FrameSize;
  /** Size of the crop window in film pixels, even. */
  window: FrameSize;
  stretches: Stretch[];
}

/** Where the eyes lie in a crop that moves up and down. */
const EYE_LINE = 0.38;
/** A head around its eyes, in distances of the eyes (hair and chin with a little air). */
const HEAD = { above: 2.15, below: 1.75, aside: 1.35 };

export interface FramingRequest {
  film: FrameSize;
  size: FrameSize;
  scenes: { start_ms: number; end_ms: number; face: Face | null; cutaways: { start_ms: number; end_ms: number }[] }[];
  /** True where letters in the picture must not be cut off. */
  lettered: boolean;
}

/**
 * How a film is brought into another shape. The subject is cropped to wherever its whole head fits; cutaways, films with
 * letters in them and heads that are too large are shown whole.
 */
export function frameCut({ film, size, scenes, lettered }: FramingRequest): Framing {
  const window = windowOf(film, size);
  const stretches = scenes.flatMap((scene) => {
    const crop = lettered ? null : cropAround(scene.face ?? likelyFace(film), film, window);
    return splitAt(scene, crop);
  });
  return { film, size, window, stretches: joinAlike(stretches) };
}

/** The largest window of the wanted shape. */
function windowOf(film: FrameSize, size: FrameSize): FrameSize {
  const shape = size.width / size.height;
  if (shape < film.width / film.height) return { width: even(film.height * shape), height: film.height };
  return { width: film.width, height: even(film.width / shape) };
}

/** Null where the window is too small for the head. */
function cropAround(face: Face, film: FrameSize, window: FrameSize): Stretch['crop'] {
  const { x, y, interocular: unit } = face;
  // What the film itself cuts off cannot be lost again.
  const top = Math.max(0, y - HEAD.above * unit);
  const bottom = Math.min(film.height, y + HEAD.below * unit);
  if (bottom - top > window.height || 2 * HEAD.aside * unit > window.width) return null;
  // The eyes where they look best, as long as the whole head stays inside.
  const wanted = between(y - window.height * EYE_LINE, bottom - window.height, top);
  return { x: even(between(x - window.width / 2, 0, film.width - window.width)), y: even(between(wanted, 0, film.height - window.height)) };
}

function between(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/** So that colours stay where they are. */
function even(value: number): number {
  return Math.floor(value / 2) * 2;
}

/** For a provider's clip: a talking head in the middle, in a medium framing. */
function likelyFace({ width, height }: FrameSize): Face {
  return { x: width / 2, y: height * 0.37, interocular: 0.13 * Math.min(height, width * 1.35) };
}

function splitAt(scene: FramingRequest['scenes'][number], crop: Stretch['crop']): Stretch[] {
  const stretches: Stretch[] = [];
  let at = scene.start_ms;
  for (const { start_ms, end_ms } of [...scene.cutaways].sort((a, b) => a.start_ms - b.start_ms)) {
    stretches.push({ start_ms: at, end_ms: start_ms, crop }, { start_ms, end_ms, crop: null });
    at = end_ms;
  }
  return [...stretches, { start_ms: at, end_ms: scene.end_ms, crop }].filter((stretch) => stretch.end_ms > stretch.start_ms);
}

function joinAlike(stretches: Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of stretches) {
    const last = joined.at(-1);
    const alike = last && last.crop?.x === stretch.crop?.x && last.crop?.y === stretch.crop?.y;
    if (alike) joined[joined.length - 1] = { ...last, end_ms: stretch.end_ms };
    else joined.push(stretch);
  }
  return joined;
}

/** The framing of one moment, for a still. */
export function framingAt(framing: Framing, time_ms: number): Framing {
  const found = framing.stretches.find((stretch) => stretch.start_ms <= time_ms && time_ms < stretch.end_ms) ?? framing.stretches.at(-1);
  return { ...framing, stretches: found ? [{ ...found, start_ms: 0 }] : [] };
}
