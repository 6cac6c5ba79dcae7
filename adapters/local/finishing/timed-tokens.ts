import type { Phone, Word } from '../../../contracts/media';
import type { PieceTiming, Span } from '../speech/align/word-times';
import type { ScriptPlan } from '../speech/text/script-plan';

/** A word of the script as it was heard in a recording; times in milliseconds of that recording. */
export interface TimedToken extends Span {
  text: string;
  /** Sentence it belongs to, from 0. */
  sentence: number;
  phones: Phone[];
  /** Silence that the script asks for after this word; null leaves the speaker's own. */
  pause_ms: number | null;
}

/** The words of a plan with the phones that alignment found in each. */
export function timedTokens(plan: ScriptPlan, pieces: readonly PieceTiming[]): TimedToken[] {
  return plan.pieces.flatMap((piece, place) => {
    const { phones, spans } = pieces[place] ?? { phones: [], spans: [] };
    const sounding = phones.filter(({ symbol, start_ms, end_ms }) => symbol !== 'pau' && end_ms > start_ms);
    return piece.tokens.map(({ text }, at): TimedToken => {
      const span = spans[at] ?? { start_ms: 0, end_ms: 0 };
      const isLast = at === piece.tokens.length - 1;
      const own = sounding.filter((phone) => isWithin(span, phone));
      return { text, sentence: piece.sentence, ...span, phones: own, pause_ms: isLast && piece.marked ? piece.pause_ms : null };
    });
  });
}

function isWithin({ start_ms, end_ms }: Span, phone: Phone): boolean {
  const middle = (phone.start_ms + phone.end_ms) / 2;
  return middle >= start_ms && middle < end_ms;
}

/**
 * Moves words to the times that a provider gave, and their phones along with them. A token may consist of several words
 * between blanks. Null when the provider's words are not the script's.
 */
export function moveToWords(tokens: readonly TimedToken[], words: readonly Word[]): TimedToken[] | null {
  const counts = tokens.map(({ text }) => text.split(/\s+/).length);
  if (counts.reduce((sum, count) => sum + count, 0) !== words.length) return null;
  let from = 0;
  let latest = 0;
  return tokens.map((token, place) => {
    const own = words.slice(from, (from += counts[place] ?? 1));
    const start = Math.max(latest, Math.round(own[0]?.start_ms ?? latest));
    latest = Math.max(start + 1, Math.round(own.at(-1)?.end_ms ?? start));
    return moveToken(token, { start_ms: start, end_ms: latest });
  });
}

function moveToken(token: TimedToken, span: Span): TimedToken {
  const first = token.phones[0]?.start_ms ?? token.start_ms;
  const length = Math.max(1, (token.phones.at(-1)?.end_ms ?? token.end_ms) - first);
  const move = (ms: number) => Math.round(span.start_ms + ((ms - first) / length) * (span.end_ms - span.start_ms));
  const phones = token.phones.map(({ symbol, start_ms, end_ms }) => ({ symbol, start_ms: move(start_ms), end_ms: move(end_ms) }));
  return { ...token, ...span, phones: phones.filter(({ start_ms, end_ms }) => end_ms > start_ms) };
}
