import { FRAME_MS } from '../../../contracts/vocabulary';
import type { Phone } from '../../../contracts/media';
import { LEAD_IN_MS, SHORTEST_CLIP_MS, withSilence, type ClipLayout } from '../speech/layout';
import type { ClipPiece } from '../speech/tasks/finish-clip';
import { TAIL_MS } from '../speech/text/script-plan';
import type { TimedToken } from './timed-tokens';

/** A stretch of a recording that stays as it was spoken: it ends where the script asks for a pause, or with the clip. */
interface Stretch {
  tokens: TimedToken[];
  start_ms: number;
  end_ms: number;
  pause_ms: number;
}

/** Kept of the recording before the first and after the last sound of a stretch: breath, room and decay. */
const HEAD_MS = 80;
const DECAY_MS = 200;

/**
 * Lays a recording out as a clip: the speaker's own rhythm stays, pauses that the script marks become exact, and the clip
 * starts and ends like every other. Times of the result are those of the clip.
 */
export function layOutRecording(
  tokens: readonly TimedToken[],
  { wav, lead_ms, sentences }: { wav: string; lead_ms: number; sentences: readonly string[] },
): ClipLayout {
  const layout: ClipLayout = { duration_ms: 0, pieces: [], words: [], phones: [], sentences: [] };
  const stretches = cutAtPauses(tokens);
  let next = LEAD_IN_MS + lead_ms;
  stretches.forEach((stretch, place) => {
    const shift = next - stretch.start_ms;
    layout.pieces.push(pieceOf(stretch, { wav, shift, before: stretches[place - 1], after: stretches[place + 1] }));
    for (const token of stretch.tokens) addToken(layout, token, { shift, sentences });
    next = stretch.end_ms + shift + stretch.pause_ms;
  });
  layout.duration_ms = Math.max(SHORTEST_CLIP_MS, Math.ceil(next / FRAME_MS) * FRAME_MS);
  layout.phones = withSilence(layout.phones, layout.duration_ms);
  return layout;
}

function cutAtPauses(tokens: readonly TimedToken[]): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  tokens.forEach((token, place) => {
    const isLast = place === tokens.length - 1;
    if (token.pause_ms === null && !isLast) return;
    const own = tokens.slice(from, place + 1);
    from = place + 1;
    stretches.push({ tokens: own, start_ms: own[0]?.start_ms ?? 0, end_ms: token.end_ms, pause_ms: token.pause_ms ?? TAIL_MS });
  });
  return stretches;
}

interface Surroundings {
  wav: string;
  shift: number;
  before: Stretch | undefined;
  after: Stretch | undefined;
}

/** Between two stretches each keeps its half of what was between them, so that nothing sounds twice. */
function pieceOf(stretch: Stretch, { wav, shift, before, after }: Surroundings): ClipPiece {
  const roomBefore = before ? (stretch.start_ms - before.end_ms) / 2 : HEAD_MS;
  const roomAfter = after ? (after.start_ms - stretch.end_ms) / 2 : DECAY_MS;
  const from = Math.max(0, -shift, Math.round(stretch.start_ms - Math.min(HEAD_MS, roomBefore)));
  const to = Math.round(stretch.end_ms + Math.max(0, Math.min(DECAY_MS, roomAfter)));
  return { wav, from_ms: from, to_ms: to, at_ms: from + shift };
}

function addToken(layout: ClipLayout, token: TimedToken, { shift, sentences }: { shift: number; sentences: readonly string[] }): void {
  const span = { start_ms: token.start_ms + shift, end_ms: token.end_ms + shift };
  layout.words.push({ text: token.text, ...span });
  layout.phones.push(...token.phones.map((phone) => movePhone(phone, shift)));
  const sentence = layout.sentences[token.sentence];
  if (sentence) sentence.end_ms = span.end_ms;
  else layout.sentences[token.sentence] = { text: sentences[token.sentence] ?? '', ...span };
}

function movePhone({ symbol, start_ms, end_ms }: Phone, shift: number): Phone {
  return { symbol, start_ms: start_ms + shift, end_ms: end_ms + shift };
}
