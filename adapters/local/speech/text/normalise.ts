import { ADDRESS_RULES } from './address-rules';
import { foldToAscii } from './ascii';
import { DATE_RULES } from './date-rules';
import { NUMBER_RULES } from './number-rules';
import { applyRules } from './rule';
import type { TokenContext } from './rule';
import { FIXED_RULES, WORD_RULES } from './word-rules';

/** What a voice does after a token. */
export type TokenPause = '' | ',' | '.' | '?' | '!';

/** A word as the viewer reads it and as it is spoken: "$4.50," is "four dollars fifty cents" with a short pause. */
export interface SpokenToken {
  text: string;
  /** Lower-case ASCII words; a single capital is a letter said by its name. Empty for an emoji or a lone dash. */
  words: string[];
  pause: TokenPause;
}

export interface NormalisedText {
  tokens: SpokenToken[];
  /** Tokens with letters that an English voice cannot say. */
  unspoken: number;
}

export type Lexicon = Record<string, string>;

interface Token {
  text: string;
  core: string;
  trail: string;
}

const RULES = [...FIXED_RULES, ...ADDRESS_RULES, ...DATE_RULES, ...NUMBER_RULES, ...WORD_RULES];
const OPENING = /^(?:["'([{*_<|]+(?=[^\d]|\d)|[-–—]+(?=[A-Za-z"'([]))+/;
const CLOSING = /["')\]}*_>|.,!?;:-]+$/;
/** Letters an engine takes in one word; more only comes from pasted rubbish, which some engines die of. */
const LONGEST_WORD = 24;

/** Splits a sentence into words and finds out how each is spoken. The texts, joined by blanks, are the sentence. */
export function normalise(sentence: string, lexicon: Lexicon = {}): NormalisedText {
  const tokens = sentence.trim().split(/\s+/).filter(Boolean).map(readToken);
  const entries = new Map(
    Object.entries(lexicon).map(([word, say]) => [foldToAscii(word).toLowerCase(), say]),
  );
  const shouting = isShouting(tokens);
  const spoken = tokens.map((token, place): SpokenToken => {
    const context: TokenContext = {
      previous: tokens[place - 1]?.core ?? '',
      next: tokens[place + 1]?.core ?? '',
      dotted: token.trail.startsWith('.'),
      shouting,
    };
    return { text: token.text, words: toWords(say(token, context, entries)), pause: pauseAfter(token) };
  });
  const unspoken = spoken.filter(({ text, words }) => words.length === 0 && /\p{L}/u.test(text)).length;
  return { tokens: attachSilent(spoken), unspoken };
}

function readToken(text: string): Token {
  const readable = text.replace(/[™®℠]/g, '').replace(/(\d)(?=[¼½¾⅐-⅞])/g, '$1 ');
  const bare = foldToAscii(readable).replace(OPENING, '');
  const trail = CLOSING.exec(bare)?.[0] ?? '';
  return {
    text,
    core: bare.slice(0, bare.length - trail.length),
    trail: trail.replace(/^["')\]}*_>|]+/, ''),
  };
}

function say(token: Token, context: TokenContext, lexicon: Map<string, string>): string {
  const entry =
    lexicon.get(token.core.toLowerCase()) ?? lexicon.get((token.core + token.trail).toLowerCase());
  if (entry !== undefined) return foldToAscii(entry);
  return token.core === '' ? '' : (applyRules(RULES, token.core, context) ?? '');
}

function toWords(spoken: string): string[] {
  return spoken
    .split(/[^A-Za-z']+/)
    .map((word) => word.replace(/^'+|'+$/g, ''))
    .filter((word) => /[A-Za-z]/.test(word))
    .map((word) => (/^[A-Z]$/.test(word) ? word : word.toLowerCase()))
    .flatMap((word) => word.match(new RegExp(`.{1,${LONGEST_WORD}}`, 'g')) ?? []);
}

function pauseAfter({ core, trail, text }: Token): TokenPause {
  if (/[?]/.test(trail)) return '?';
  if (/!/.test(trail)) return '!';
  if (/[,;:]/.test(trail) || trail.includes('...') || trail.includes('-')) return ',';
  if (/\)["']?$/.test(text) || (core === '' && /^[-–—]+$/.test(text))) return ',';
  return trail.includes('.') ? '.' : '';
}

/** What is not spoken stays with its neighbour, so that captions show it and every word has a time. */
function attachSilent(tokens: SpokenToken[]): SpokenToken[] {
  const kept: SpokenToken[] = [];
  let waiting = '';
  for (const token of tokens) {
    const last = kept.at(-1);
    if (token.words.length > 0) {
      kept.push({ ...token, text: waiting + token.text });
      waiting = '';
    } else if (last === undefined) {
      waiting += `${token.text} `;
    } else {
      last.text += ` ${token.text}`;
      last.pause ||= token.pause;
    }
  }
  return kept;
}

function isShouting(tokens: readonly Token[]): boolean {
  const words = tokens.map(({ core }) => core).filter((core) => /^[A-Za-z']{2,}$/.test(core));
  const loud = words.filter((word) => word === word.toUpperCase());
  return words.length > 2 && loud.length > words.length * 0.7;
}
