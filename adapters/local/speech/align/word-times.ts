import type { Phone } from '../../../../contracts/media';
import type { WordPhone } from './match-words';

export interface Span {
  start_ms: number;
  end_ms: number;
}

/** How a piece sounds: its phones, and one span for each of its tokens, in order and without overlap. */
export interface PieceTiming {
  phones: Phone[];
  spans: Span[];
}

/**
 * Times of tokens from phones that know their token. A token that got no phone shares the span of its neighbour,
 * so that every token has a positive length as long as the neighbour is a few milliseconds long.
 */
export function spanTokens(count: number, phones: readonly WordPhone[]): Span[] {
  const spans: (Span | null)[] = Array.from({ length: count }, () => null);
  for (const { word, start_ms, end_ms } of phones) {
    if (word < 0) continue;
    const known = spans[word];
    spans[word] = { start_ms: known?.start_ms ?? start_ms, end_ms };
  }
  return shareSpans(spans, phones);
}

function shareSpans(spans: readonly (Span | null)[], phones: readonly Phone[]): Span[] {
  const whole = { start_ms: phones[0]?.start_ms ?? 0, end_ms: phones.at(-1)?.end_ms ?? 0 };
  const shared: Span[] = [];
  for (let at = 0; at < spans.length;) {
    let next = at + 1;
    while (next < spans.length && spans[next] === null) next++;
    const own = spans[at] ?? (next < spans.length ? spans[next++] : null) ?? whole;
    while (next < spans.length && spans[next] === null) next++;
    shared.push(...divide(own, next - at));
    at = next;
  }
  return shared;
}

function divide({ start_ms, end_ms }: Span, parts: number): Span[] {
  const cut = (part: number) => Math.round(start_ms + ((end_ms - start_ms) * part) / parts);
  return Array.from({ length: parts }, (_, part) => ({ start_ms: cut(part), end_ms: cut(part + 1) }));
}
