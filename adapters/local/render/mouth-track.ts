import type { SpeechTiming, Viseme } from '../../../contracts/media';
import { sampleKeys, type Key } from './curve';
import { clamp } from './geometry';
import { MOUTH_SHAPES, type MouthShape } from './viseme-shapes';

/** Mouth channels, one value a frame, and the frames (both inclusive) in which the lips must be shut. */
export interface MouthTrack {
  jaw: number[];
  close: number[];
  wide: number[];
  pucker: number[];
  closures: { from: number; to: number }[];
}

export interface MouthOptions {
  fps: number;
  frames: number;
  /** The photo shows an open smile: its lips have to be brought together for most sounds. */
  openSmile: boolean;
}

type MouthChannel = 'jaw' | 'close' | 'wide' | 'pucker';
const MOUTH_CHANNELS = ['jaw', 'close', 'wide', 'pucker'] as const satisfies readonly MouthChannel[];

/** Lips move ahead of the sound they make; viewers accept that, and do not accept the opposite. */
const LEAD_MS = 40;
/** Lips meet this long before a p, b or m is heard. */
const CLOSURE_LEAD_MS = 50;
const LEAST_CLOSED_FRAMES = 2;
/** Weak sounds shorter than this leave no form of their own. */
const SHORTEST_MS = 45;
/** Pauses shorter than this do not shut the mouth. */
const BREATHING_PAUSE_MS = 140;
/** An opening mouth arrives in this share of the way; a closing one takes all of it. */
const OPENING_HASTE = 0.68;

/** Mouth movement for speech: eased from form to form, with closures that hold. */
export function mouthTrack(timing: SpeechTiming, options: MouthOptions): MouthTrack {
  const keys = mouthKeys(timing.visemes, options);
  const frameMs = 1000 / options.fps;
  const values = (channel: MouthChannel): number[] =>
    Array.from({ length: options.frames }, (_, frame) =>
      sampleKeys(keys[channel], (frame + 0.5) * frameMs, hasteOf(channel)),
    );
  const track: MouthTrack = {
    jaw: values('jaw'),
    close: values('close'),
    wide: values('wide'),
    pucker: values('pucker'),
    closures: findClosures(timing.visemes, options),
  };
  for (const closure of track.closures) shut(track, closure);
  return track;
}

function hasteOf(channel: MouthChannel): (from: Key, to: Key) => number {
  const opens = (from: Key, to: Key): boolean =>
    channel === 'close' ? to.value < from.value : to.value > from.value;
  return (from, to) => (opens(from, to) ? OPENING_HASTE : 1);
}

function mouthKeys(visemes: readonly Viseme[], options: MouthOptions): Record<MouthChannel, Key[]> {
  const said = visemes.filter((viseme) => isVisible(viseme));
  const keys: Record<MouthChannel, Key[]> = { jaw: [], close: [], wide: [], pucker: [] };
  said.forEach((viseme, i) => {
    const shape = blendedShape(said, i, options);
    for (const at_ms of keyTimes(viseme)) {
      for (const channel of MOUTH_CHANNELS) keys[channel].push({ at_ms, value: shape[channel] });
    }
  });
  return keys;
}

function isVisible(viseme: Viseme): boolean {
  const length = viseme.end_ms - viseme.start_ms;
  return MOUTH_SHAPES[viseme.id].dominance >= 0.9 ? length > 0 : length >= SHORTEST_MS;
}

/** When a form is reached, and until when it is held; a pause is held to its end, so that the mouth rests in it. */
function keyTimes(viseme: Viseme): number[] {
  const length = viseme.end_ms - viseme.start_ms;
  if (viseme.id === 'sil' && length > 2 * BREATHING_PAUSE_MS)
    return [viseme.start_ms + 120, viseme.end_ms - 90];
  const reached = viseme.start_ms + 0.35 * length - LEAD_MS;
  return length > 160 ? [reached, viseme.start_ms + 0.7 * length - LEAD_MS] : [reached];
}

/** The form of one sound, pulled towards its neighbours as far as it lets itself be pulled. */
function blendedShape(
  said: readonly Viseme[],
  index: number,
  options: MouthOptions,
): Record<MouthChannel, number> {
  const own = shapeOf(said[index], options);
  const [before, after] = [
    shapeOf(said[index - 1] ?? said[index], options),
    shapeOf(said[index + 1] ?? said[index], options),
  ];
  const blend = (channel: MouthChannel): number => {
    // What comes weighs more than what was: speech prepares the next sound.
    const around = 0.4 * before[channel] + 0.6 * after[channel];
    return own.dominance * own[channel] + (1 - own.dominance) * around;
  };
  return {
    jaw: blend('jaw'),
    close: blend('close'),
    wide: blend('wide'),
    pucker: blend('pucker'),
  };
}

function shapeOf(viseme: Viseme | undefined, { openSmile }: MouthOptions): MouthShape {
  if (!viseme) return MOUTH_SHAPES.sil;
  const shape = MOUTH_SHAPES[viseme.id];
  const length = viseme.end_ms - viseme.start_ms;
  if (viseme.id === 'sil')
    return length < BREATHING_PAUSE_MS ? { ...shape, close: 0.6, jaw: 0.05, dominance: 0.6 } : shape;
  // A short vowel does not reach its full form.
  const reach = 0.68 + 0.32 * clamp((length - 50) / 110, 0, 1);
  const said = shape.openness > 0 ? clamp(viseme.openness / shape.openness, 0.5, 1.2) : 1;
  const jaw = shape.jaw * reach * (0.45 + 0.55 * said);
  const pucker = Math.max(shape.pucker * reach, 0.5 * viseme.rounding * shape.dominance);
  // A photographed smile already stands open by itself, so the lips do part of the closing for small sounds.
  const close = openSmile
    ? Math.max(shape.close, clamp(0.72 - 0.75 * jaw + 0.25 * pucker, 0.35, 0.9))
    : shape.close;
  return { ...shape, jaw: openSmile ? jaw * 0.8 : jaw, pucker, close };
}

/** Frames in which p, b and m shut the lips: a little early, never shorter than two frames, joined when they touch. */
function findClosures(
  visemes: readonly Viseme[],
  { fps, frames }: MouthOptions,
): { from: number; to: number }[] {
  const closures: { from: number; to: number }[] = [];
  for (const viseme of visemes) {
    if (viseme.id !== 'PP' && !(viseme.closure >= 0.95 && viseme.id !== 'sil')) continue;
    const from = clamp(
      Math.round(((viseme.start_ms - CLOSURE_LEAD_MS) * fps) / 1000),
      0,
      Math.max(0, frames - LEAST_CLOSED_FRAMES),
    );
    const heldUntil = Math.floor(((viseme.end_ms - CLOSURE_LEAD_MS) * fps) / 1000) - 1;
    const to = Math.min(frames - 1, Math.max(from + LEAST_CLOSED_FRAMES - 1, heldUntil));
    const last = closures.at(-1);
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else closures.push({ from, to });
  }
  return closures;
}

/** Shuts the lips for a closure, half shut one frame before and after it. */
function shut(track: MouthTrack, { from, to }: { from: number; to: number }): void {
  for (let frame = from - 1; frame <= to + 1; frame++) {
    if (frame < 0 || frame >= track.jaw.length) continue;
    const whole = frame >= from && frame <= to;
    track.close[frame] = whole ? 1 : Math.max(track.close[frame] ?? 0, 0.6);
    track.jaw[frame] = whole ? 0 : Math.min(track.jaw[frame] ?? 0, 0.15);
  }
}
