import { FRAME_MS } from '../../../contracts/vocabulary';
import type { Phone, Viseme } from '../../../contracts/media';
import { PHONE_SHAPES, SILENT_MOUTH } from './viseme-table';
import type { MouthShape } from './viseme-table';

/** Lips meet this long before the sound of p, b or m is heard, and stay shut for two frames where there is room. */
const CLOSURE_LEAD_MS = 50;
const SHORTEST_CLOSURE_MS = 2 * FRAME_MS;
/** What a neighbour of a closure keeps at least. */
const SHORTEST_SHAPE_MS = 20;
/** First part of a diphthong. */
const DIPHTHONG_SHARE = 0.6;

interface Cue {
  shape: MouthShape;
  start_ms: number;
  end_ms: number;
}

/**
 * Mouth shapes of a clip from its phones. The shapes cover 0..durationMs without hole or overlap, in whole milliseconds;
 * lip closures lead the sound and last two frames where the neighbours leave room.
 */
export function toVisemes(phones: readonly Phone[], durationMs: number): Viseme[] {
  const cues = mergeEqual(fillHoles(phones.flatMap(toCues), durationMs));
  return widenClosures(cues).map(({ shape, start_ms, end_ms }) => ({ ...shape, start_ms, end_ms }));
}

function toCues({ symbol, start_ms, end_ms }: Phone): Cue[] {
  const [first, second] = PHONE_SHAPES[symbol] ?? [SILENT_MOUTH];
  if (second === undefined) return [{ shape: first, start_ms, end_ms }];
  const turn = Math.round(start_ms + (end_ms - start_ms) * DIPHTHONG_SHARE);
  return [
    { shape: first, start_ms, end_ms: turn },
    { shape: second, start_ms: turn, end_ms },
  ];
}

/** Silence wherever no phone is; cues that overlap or have no length are cut or dropped. */
function fillHoles(cues: readonly Cue[], durationMs: number): Cue[] {
  const filled: Cue[] = [];
  let at = 0;
  for (const cue of cues) {
    const start = Math.max(at, Math.min(cue.start_ms, durationMs));
    const end = Math.min(cue.end_ms, durationMs);
    if (end <= start) continue;
    if (start > at) filled.push({ shape: SILENT_MOUTH, start_ms: at, end_ms: start });
    filled.push({ ...cue, start_ms: start, end_ms: end });
    at = end;
  }
  if (at < durationMs) filled.push({ shape: SILENT_MOUTH, start_ms: at, end_ms: durationMs });
  return filled;
}

function mergeEqual(cues: readonly Cue[]): Cue[] {
  const merged: Cue[] = [];
  for (const cue of cues) {
    const last = merged.at(-1);
    if (last !== undefined && last.shape === cue.shape) last.end_ms = cue.end_ms;
    else if (last !== undefined && isClosure(last) && isClosure(cue)) last.end_ms = cue.end_ms;
    else merged.push({ ...cue });
  }
  return merged;
}

/** Takes the lead from the shape before and, when that is not enough, the rest from the shape after. */
function widenClosures(cues: Cue[]): Cue[] {
  cues.forEach((cue, place) => {
    if (!isClosure(cue)) return;
    const before = cues[place - 1];
    const after = cues[place + 1];
    if (before !== undefined) moveBoundary(before, cue, -Math.min(CLOSURE_LEAD_MS, room(before)));
    const missing = SHORTEST_CLOSURE_MS - (cue.end_ms - cue.start_ms);
    if (missing > 0 && after !== undefined) moveBoundary(cue, after, Math.min(missing, room(after)));
  });
  return cues;
}

function room({ start_ms, end_ms }: Cue): number {
  return Math.max(0, end_ms - start_ms - SHORTEST_SHAPE_MS);
}

function moveBoundary(left: Cue, right: Cue, byMs: number): void {
  left.end_ms += byMs;
  right.start_ms = left.end_ms;
}

function isClosure({ shape }: Cue): boolean {
  return shape.closure === 1;
}
