import { FRAME_MS } from '../../../contracts/vocabulary';
import type { Phone, Word } from '../../../contracts/media';
import type { PieceTiming } from './align/word-times';
import type { ClipPiece } from './tasks/finish-clip';
import type { PlannedPiece, ScriptPlan } from './text/script-plan';

/** A piece that has been spoken. */
export interface SpokenPiece extends PlannedPiece {
  wav: string;
  timing: PieceTiming;
}

/** Everything about a clip but its bytes. */
export interface ClipLayout {
  duration_ms: number;
  pieces: ClipPiece[];
  words: Word[];
  phones: Phone[];
  sentences: { text: string; start_ms: number; end_ms: number }[];
}

/** Quiet before the first phone: the mouth needs time to open, and players swallow the first moments. */
export const LEAD_IN_MS = 160;
/** Kept of the engine's own sound before the first and after the last phone of a piece: breath and decay. */
const HEAD_MS = 40;
const DECAY_MS = 80;
export const SHORTEST_CLIP_MS = 1000;

/**
 * Places spoken pieces on one time line. Pauses are exact: they run from the end of the last phone of a piece to the
 * first phone of the next. The clip ends on a whole frame.
 */
export function layOut(plan: ScriptPlan, spoken: readonly SpokenPiece[]): ClipLayout {
  const layout: ClipLayout = { duration_ms: 0, pieces: [], words: [], phones: [], sentences: [] };
  let next = LEAD_IN_MS + plan.lead_ms;
  for (const piece of spoken) {
    const sounding = piece.timing.phones.filter(({ symbol }) => symbol !== 'pau');
    const first = sounding[0]?.start_ms ?? 0;
    const last = sounding.at(-1)?.end_ms ?? first;
    const shift = next - first;
    const from = Math.max(0, first - HEAD_MS, -shift);
    layout.pieces.push({ wav: piece.wav, from_ms: from, to_ms: last + DECAY_MS, at_ms: from + shift });
    addTimes(layout, piece, shift);
    addSentence(
      layout,
      { ...piece, text: plan.sentences[piece.sentence] ?? '' },
      { start_ms: next, end_ms: last + shift },
    );
    next = last + shift + piece.pause_ms;
  }
  layout.duration_ms = Math.max(SHORTEST_CLIP_MS, Math.ceil(next / FRAME_MS) * FRAME_MS);
  layout.phones = withSilence(layout.phones, layout.duration_ms);
  return layout;
}

function addTimes(layout: ClipLayout, { tokens, timing }: SpokenPiece, shift: number): void {
  tokens.forEach(({ text }, place) => {
    const span = timing.spans[place];
    if (span !== undefined)
      layout.words.push({ text, start_ms: span.start_ms + shift, end_ms: span.end_ms + shift });
  });
  for (const { symbol, start_ms, end_ms } of timing.phones) {
    if (symbol !== 'pau' && end_ms > start_ms)
      layout.phones.push({ symbol, start_ms: start_ms + shift, end_ms: end_ms + shift });
  }
}

/** Pieces of one sentence share an entry. */
function addSentence(
  layout: ClipLayout,
  { sentence, text }: { sentence: number; text: string },
  { start_ms, end_ms }: { start_ms: number; end_ms: number },
): void {
  const known = layout.sentences[sentence];
  if (known === undefined) layout.sentences[sentence] = { text, start_ms, end_ms };
  else known.end_ms = end_ms;
}

/** The same phones with `pau` wherever there is none, from 0 to the end of the clip. */
export function withSilence(phones: readonly Phone[], durationMs: number): Phone[] {
  const filled: Phone[] = [];
  let at = 0;
  for (const phone of phones) {
    if (phone.start_ms > at) filled.push({ symbol: 'pau', start_ms: at, end_ms: phone.start_ms });
    filled.push(phone);
    at = phone.end_ms;
  }
  if (at < durationMs) filled.push({ symbol: 'pau', start_ms: at, end_ms: durationMs });
  return filled;
}
