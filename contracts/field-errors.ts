import type { z } from 'zod';
import type { FieldError } from './errors';
import { pointerOf } from './pointer';

type Issue = z.core.$ZodIssue;

/** zod's issues as field errors: one for each field, an unknown field under its own pointer, in words that help. */
export function fieldErrors(issues: readonly Issue[], input: unknown): FieldError[] {
  const seen = new Set<string>();
  return issues
    .flatMap((issue) => toErrors(issue, input))
    .filter((error) => !seen.has(error.pointer) && seen.add(error.pointer));
}

function toErrors(issue: Issue, input: unknown): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key]), message: 'unknown field' }));
  }
  if (issue.code === 'invalid_key') {
    return [{ pointer: pointerOf(issue.path), message: issue.issues[0]?.message ?? 'not a valid name' }];
  }
  return [{ pointer: pointerOf(issue.path), message: messageOf(issue, input) }];
}

function messageOf(issue: Issue, input: unknown): string {
  const words = wordsOf(issue);
  return valueAt(input, issue.path) === undefined ? `required: ${words}` : words;
}

const TYPE_WORDS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

function wordsOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      // What must be null says itself why.
      return issue.expected === 'null' ? issue.message : (TYPE_WORDS[issue.expected] ?? issue.expected);
    case 'invalid_value':
      return issue.values.length === 1 ? `must be ${String(issue.values[0])}` : `one of ${issue.values.map(String).join(', ')}`;
    case 'too_big':
      return `at most ${String(issue.maximum)}${unitOf(issue.origin)}`;
    case 'too_small':
      return Number(issue.minimum) === 1 && issue.origin !== 'number' && issue.origin !== 'int'
        ? 'must not be empty'
        : `at least ${String(issue.minimum)}${unitOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  if (origin === 'array' || origin === 'set' || origin === 'map') return ' entries';
  return '';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}
