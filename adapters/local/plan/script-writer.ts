import { createHash } from 'node:crypto';
import { createRandom, pick } from '../random';
import type { Random } from '../random';
import { splitParagraphs, splitSentences } from '../../script/sentences';

/** What a brief asks for before it comes to the matter: taken off, because nobody wants it spoken. */
const ORDER =
  /^(?:please\s+)?(?:write|create|make|produce|generate|draft|prepare|give me|i (?:want|need)|we (?:want|need))\b.*?\b(?:about|on|that (?:explains|introduces|shows|presents)|explaining|introducing|for)\s+/i;
const VERB =
  /^(?:please\s+)?(?:explain|introduce|present|describe|announce|show|tell (?:us|people|viewers|customers)? ?(?:about)?)\s+(?:(?:us|people|viewers|customers)\s+)?/i;
const ADDRESSED = /\s+(?:to|for)\s+(?:our|the|new|all|my|a|an)\s+[\w\s-]{1,40}$/i;
const LENGTH =
  /,?\s*(?:in|of|about|around)?\s*(?:\d+|one|two|three|thirty|sixty)[\s-]*(?:seconds?|minutes?|secs?|mins?)\b(?:\s+(?:long|video|film))?/gi;

const OPENINGS = [
  'Hello, and welcome.',
  'Hello, and thank you for joining.',
  'Welcome. It is good to have you here.',
] as const;
const FORMAL_OPENINGS = ['Good day, and welcome.', 'Thank you for your attention.'] as const;
const INTRODUCTIONS = [
  'This short film is about',
  'In the next moments we look at',
  'Here is a brief look at',
] as const;
const CLOSINGS = [
  'That is the whole of it. Thank you for watching.',
  'Those are the essentials. Thank you for your time.',
  'That was the short version. Thanks for watching.',
] as const;

/**
 * Writes a short script from a brief by template. It repeats what the brief says and claims nothing else: without a
 * language model there is no knowledge to draw on. A note picks other templates and may ask for "shorter" or "formal".
 */
export function writeScript(brief: string, options: { note: string | null; seed: number }): string {
  const note = options.note ?? '';
  const random = createRandom(
    `script|${options.seed}|${createHash('sha256')
      .update(brief + note)
      .digest('hex')}`,
  );
  const { topic, points } = readBrief(brief);
  const opening = pick(random, /formal|serious/i.test(note) ? FORMAL_OPENINGS : OPENINGS);
  const introduction = `${pick(random, INTRODUCTIONS)} ${topic}.`;
  if (/short|brief|concise/i.test(note))
    return [introduction, ...sayPoints(points.slice(0, 3), random)].join('\n\n');
  return [`${opening} ${introduction}`, ...sayPoints(points, random), pick(random, CLOSINGS)].join('\n\n');
}

/** Applies to words that a person wrote what can be done without rewriting them: a replacement named in quotes, or a cut. */
export function reviseScript(script: string, note: string): string {
  const named = /["'“](.+?)["'”]\s*(?:->|→|with|by|to)\s*["'“](.*?)["'”]/u.exec(note);
  if (named?.[1]) return script.replaceAll(named[1], named[2] ?? '').trim() || script;
  if (!/\b(?:short|brief|concise|cut)/i.test(note)) return script;
  return splitParagraphs(script)
    .map((paragraph) => {
      const sentences = splitSentences(paragraph);
      return sentences.slice(0, Math.ceil((sentences.length * 2) / 3)).join(' ');
    })
    .join('\n\n');
}

function readBrief(brief: string): { topic: string; points: string[] } {
  const [first = '', ...others] = splitParagraphs(brief).flatMap((paragraph) =>
    paragraph.split(/\n/).flatMap((line) => (isListed(line) ? [line] : splitSentences(line))),
  );
  const ordered = ORDER.test(first) || VERB.test(first);
  const topic = first
    .replace(LENGTH, '')
    .replace(ORDER, '')
    .replace(VERB, '')
    .replace(ADDRESSED, '')
    .replace(/[.!?:;,\s]+$/, '')
    .trim();
  const points = others
    .map((line) => line.replace(/^\s*(?:[-*•–]|\d+[.)])\s*/, '').trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line));
  // A brief that opens with a statement has no topic to name: the statement itself is said.
  return ordered && topic ? { topic, points } : { topic: 'what follows', points: [first, ...points] };
}

const isListed = (line: string): boolean => /^\s*(?:[-*•–]|\d+[.)])\s/.test(line);

/** Points as spoken sentences, two or three to a paragraph, with a word that leads from one to the next. */
function sayPoints(points: string[], random: Random): string[] {
  const lead = points.length > 1 && points.every((point) => countOf(point) <= 14);
  const joiners = pick(random, [
    ['First', 'Next', 'Also', 'Then'],
    ['To begin with', 'After that', 'Further', 'And then'],
  ] as const);
  const said = points.map((point, at) => {
    const sentence = /[.!?…]$/.test(point) ? point : `${point}.`;
    const word =
      at === points.length - 1 ? 'Finally' : (joiners[at === 0 ? 0 : 1 + ((at - 1) % 3)] ?? 'Next');
    return lead ? `${word}: ${sentence}` : capitalise(sentence);
  });
  const paragraphs: string[] = [];
  for (let at = 0; at < said.length; at += 2) paragraphs.push(said.slice(at, at + 2).join(' '));
  return paragraphs;
}

const countOf = (text: string): number => text.split(/\s+/).length;
const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
