/** What a rule may know besides the token itself. Neighbours are folded and without punctuation; '' at the edges. */
export interface TokenContext {
  previous: string;
  next: string;
  /** The token was followed by a full stop. */
  dotted: boolean;
  /** Most of the sentence is in capitals, so capitals mean nothing. */
  shouting: boolean;
}

/** How one kind of token is spoken; `say` answers null when the pattern fits but the meaning does not. */
export interface Rule {
  name: string;
  pattern: RegExp;
  say(match: RegExpExecArray, context: TokenContext): string | null;
}

/** The first rule that has something to say about a token, or null. */
export function applyRules(rules: readonly Rule[], token: string, context: TokenContext): string | null {
  for (const rule of rules) {
    const match = rule.pattern.exec(token);
    const spoken = match && rule.say(match, context);
    if (spoken !== null) return spoken;
  }
  return null;
}

/** Letters said by their names, "USB" is "U S B". Capitals single a letter out from words like "a". */
export function spell(letters: string): string {
  return Array.from(letters.toUpperCase()).join(' ');
}

/** Group of a match that always takes part in it. */
export function group(match: RegExpExecArray, index: number): string {
  return match[index] ?? '';
}
