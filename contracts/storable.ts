import type { FieldError } from './errors';
import { pointerOf } from './pointer';

/**
 * Strings that a UTF-8 database cannot keep: with U+0000 or with half a surrogate pair. Names of members count too.
 * The value must be of limited depth (what a strict schema let through).
 */
export function unstorableStrings(value: unknown, path: readonly string[] = []): FieldError[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [{ pointer: pointerOf(path), message: NOT_TEXT }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    ...(isStorable(name) ? [] : [{ pointer: pointerOf([...path, '']), message: NOT_TEXT }]),
    ...unstorableStrings(member, [...path, name]),
  ]);
}

const NOT_TEXT = 'must not hold U+0000 or half a surrogate pair';

function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/** In Unicode mode a surrogate only matches when its other half is missing. */
const UNSTORABLE = /[\u0000\p{Surrogate}]/u;
