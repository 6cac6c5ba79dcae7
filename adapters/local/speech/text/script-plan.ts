import { STAGE_MARK, withoutBullet } from '../../../script/spoken-text';
import { normalise } from './normalise';
import type { Lexicon, SpokenToken } from './normalise';
import { splitSentences } from './sentences';

/** A stretch of speech that is synthesised in one go. */
export interface PlannedPiece {
  /** Sentence it belongs to, from 0. */
  sentence: number;
  tokens: SpokenToken[];
  /** Silence after it, in milliseconds. */
  pause_ms: number;
  /** Whether a mark in the script asked for just this pause. */
  marked: boolean;
}

export interface ScriptPlan {
  pieces: PlannedPiece[];
  /** Silence asked for before the first word, on top of the usual lead-in. */
  lead_ms: number;
  /** Sentences as the viewer reads them. */
  sentences: string[];
  warnings: string[];
}

export const SENTENCE_PAUSE_MS = 350;
export const PARAGRAPH_PAUSE_MS = 600;
/** Quiet after the last word, unless the script asks for a pause there. */
export const TAIL_MS = 240;
const BREATH_MS = 120;
const LONGEST_PAUSE_MS = 10_000;
/** Words in a piece; longer sentences are cut at a comma if there is one. Keeps memory and alignment bounded. */
const LONGEST_PIECE = 40;

const PAUSE = /^pause\s+(\d+(?:\.\d+)?)\s*(ms|s)$/i;

/**
 * A scene's text as pieces of speech and the silences between them. Paragraphs are parted by an empty line, list items
 * by a line that starts with a bullet; `[[pause 600ms]]` or `[[pause 1.5s]]` sets an exact pause, at most 10 s.
 */
export function planScript(script: string, lexicon: Lexicon = {}): ScriptPlan {
  const plan = new PlanBuilder(lexicon);
  for (const paragraph of script.replaceAll('\r\n', '\n').split(/\n\s*\n/)) {
    for (const line of paragraph.split(/\n(?=\s*[-*•]\s)/)) {
      plan.addLine(withoutBullet(line));
      plan.pauseAtLeast(SENTENCE_PAUSE_MS);
    }
    plan.pauseAtLeast(PARAGRAPH_PAUSE_MS);
  }
  return plan.finish();
}

/** Text without pause marks, as captions show it. */
export function withoutMarkup(script: string): string {
  return script.replace(STAGE_MARK, ' ').replace(/\s+/g, ' ').trim();
}

class PlanBuilder {
  private readonly pieces: PlannedPiece[] = [];
  private readonly sentences: string[] = [];
  private leadMs = 0;
  private unspoken = 0;
  private unknownMarks = 0;
  /** An explicit pause stands at the end: sentence and paragraph pauses do not change it. */
  private explicit = false;

  constructor(private readonly lexicon: Lexicon) {}

  /** Marks are put aside first, so that a pause inside a sentence does not end it. */
  addLine(line: string): void {
    const marks: string[] = [];
    const text = line.replace(
      STAGE_MARK,
      (_, mark: string) => ` \uE000${marks.push(mark) - 1}\uE001 `,
    );
    for (const sentence of splitSentences(text)) {
      if (sentence.replace(/\uE000\d+\uE001/g, '').trim() !== '') this.pauseAtLeast(SENTENCE_PAUSE_MS);
      this.addSentence(sentence, marks);
    }
  }

  pauseAtLeast(milliseconds: number): void {
    const last = this.pieces.at(-1);
    if (last !== undefined && !this.explicit) last.pause_ms = Math.max(last.pause_ms, milliseconds);
  }

  finish(): ScriptPlan {
    const last = this.pieces.at(-1);
    if (last !== undefined && !this.explicit) last.pause_ms = TAIL_MS;
    const warnings: string[] = [];
    if (this.unspoken > 0)
      warnings.push(`${this.unspoken} word(s) in a script other than Latin were not spoken.`);
    if (this.unknownMarks > 0)
      warnings.push(`${this.unknownMarks} mark(s) in double brackets were not understood and left out.`);
    return { pieces: this.pieces, lead_ms: this.leadMs, sentences: this.sentences, warnings };
  }

  private addSentence(sentence: string, marks: readonly string[]): void {
    const parts = sentence.split(/\uE000(\d+)\uE001/);
    const shown: string[] = [];
    parts.forEach((part, place) => {
      if (place % 2 === 1) this.addMark(marks[Number(part)] ?? '');
      else if (part.trim() !== '') shown.push(this.addWords(part));
    });
    const text = shown.filter(Boolean).join(' ');
    if (text !== '') this.sentences.push(text);
  }

  private addWords(part: string): string {
    const { tokens, unspoken } = normalise(part, this.lexicon);
    this.unspoken += unspoken;
    if (tokens.length === 0) return '';
    for (const piece of cutLong(tokens))
      this.pieces.push({ sentence: this.sentences.length, tokens: piece, pause_ms: BREATH_MS, marked: false });
    this.explicit = false;
    return tokens.map(({ text }) => text).join(' ');
  }

  private addMark(mark: string): void {
    const match = PAUSE.exec(mark);
    if (match === null) {
      this.unknownMarks += 1;
      return;
    }
    const asked = Number(match[1]) * (match[2]?.toLowerCase() === 's' ? 1000 : 1);
    const pause = Math.min(Math.round(asked), LONGEST_PAUSE_MS);
    const last = this.pieces.at(-1);
    if (last === undefined) this.leadMs = Math.min(this.leadMs + pause, LONGEST_PAUSE_MS);
    else {
      last.pause_ms = this.explicit ? Math.min(last.pause_ms + pause, LONGEST_PAUSE_MS) : pause;
      last.marked = true;
    }
    this.explicit = last !== undefined;
  }
}

function cutLong(tokens: SpokenToken[]): SpokenToken[][] {
  const pieces: SpokenToken[][] = [];
  let rest = tokens;
  while (countWords(rest) > LONGEST_PIECE) {
    const end = cutPlace(rest);
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return rest.length > 0 ? [...pieces, rest] : pieces;
}

/** Behind the last pause sign that still fits, if it is not too early; else where the words run out. */
function cutPlace(tokens: readonly SpokenToken[]): number {
  let words = 0;
  let comma = 0;
  for (const [place, token] of tokens.entries()) {
    words += token.words.length;
    if (words > LONGEST_PIECE) return comma > 0 ? comma : Math.max(1, place);
    if (token.pause !== '' && words > LONGEST_PIECE / 4) comma = place + 1;
  }
  return tokens.length;
}

function countWords(tokens: readonly SpokenToken[]): number {
  return tokens.reduce((sum, token) => sum + token.words.length, 0);
}
