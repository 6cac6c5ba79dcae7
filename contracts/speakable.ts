/**
 * The local voices speak English, and no other family declares what it speaks, so a script needs at least one Latin letter
 * (accents included) or one digit, whoever speaks it.
 */
const SPEAKABLE = /[\p{Script=Latin}\p{Nd}]/u;

/** Stage directions such as `[[pause 600ms]]`: part of a script, never spoken. */
const MARKUP = /\[\[[^\]]*\]\]/g;

/**
 * Whether a voice would have anything to say. False for scripts of emoji, punctuation, pause marks or foreign writing
 * only; the API answers those with `script_unspeakable`.
 */
export function hasSpeakableText(script: string): boolean {
  const spoken = script.replace(MARKUP, ' ');
  return SPEAKABLE.test(spoken) || SPEAKABLE.test(spoken.normalize('NFKD'));
}
