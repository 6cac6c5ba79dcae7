import type { FieldError } from './errors';
import { pointerOf } from './pointer';

/**
 * Strings that a UTF-8 database cannot keep: with U+0000 or with half a surrogate pair. Names of members count too, and among
 * them `__proto__`, which no map of ours can hold. The value must be of limited depth (what a strict schema let through).
 */
export function unstorableStrings(value: unknown): FieldError[] {
  const found: FieldError[] = [];
  collect(value, [], found);
  return found;
}

/** `path` is the caller's own and is as it was afterwards: nothing is copied for the many strings that are well. */
function collect(value: unknown, path: string[], found: FieldError[]): void {
  if (typeof value === 'string' && !isStorable(value)) found.push({ pointer: pointerOf(path), message: NOT_TEXT });
  if (typeof value !== 'object' || value === null) return;
  for (const name of Object.keys(value)) {
    if (name === '__proto__') {
      found.push({ pointer: pointerOf([...path, name]), message: 'no member may have this name' });
      continue;
    }
    if (!isStorable(name)) found.push({ pointer: pointerOf([...path, '']), message: NOT_TEXT });
    path.push(name);
    collect(Reflect.get(value, name), path, found);
    path.pop();
  }
}

const NOT_TEXT = 'must not hold U+0000 or half a surrogate pair';

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
