import { hash } from 'node:crypto';

/** Members that a document leaves out. */
type LeftOut = (member: unknown) => boolean;

const isUndefined: LeftOut = (member) => member === undefined;
const isNothing: LeftOut = (member) => member === undefined || member === null;

/**
 * Canonical JSON: object keys sorted by code unit, no white space, `undefined` members left out (RFC 8785 for the values
 * we use: strings, booleans, null, finite numbers, arrays, plain objects).
 * @throws TypeError for a value that JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  return write(value, isUndefined);
}

function write(value: unknown, leftOut: LeftOut): string {
  const sorted = sortMembers(value, leftOut);
  return sorted === UNSORTABLE ? writeSorted(value, leftOut) : JSON.stringify(sorted);
}

/** Stands for a value that holds a name which no object keeps in the order in which it was added. */
const UNSORTABLE = Symbol('unsortable');

/** A copy whose members stand in order, so that the built-in writer, several times faster than one of ours, can do the rest. */
function sortMembers(value: unknown, leftOut: LeftOut): unknown {
  if (typeof value !== 'object' || value === null) return requireJson(value);
  if (Array.isArray(value)) return sortItems(value, leftOut);
  const sorted: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) {
    const member: unknown = Reflect.get(value, name);
    if (leftOut(member)) continue;
    const copy = isKeptInOrder(name) ? sortMembers(member, leftOut) : UNSORTABLE;
    if (copy === UNSORTABLE) return UNSORTABLE;
    sorted[name] = copy;
  }
  return sorted;
}

function sortItems(items: readonly unknown[], leftOut: LeftOut): unknown {
  const sorted: unknown[] = [];
  for (const item of items) {
    const copy = sortMembers(item ?? null, leftOut);
    if (copy === UNSORTABLE) return UNSORTABLE;
    sorted.push(copy);
  }
  return sorted;
}

/** Names that look like an index come first in every object, whatever the order they were added in. */
function isKeptInOrder(name: string): boolean {
  return !/^\d/.test(name) && name !== '__proto__';
}

function requireJson(value: unknown): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value !== 'number') throw new TypeError(`JSON cannot hold a ${typeof value}`);
  if (!Number.isFinite(value)) throw new TypeError('not a finite number');
  return value;
}

/** The same by hand, for every name. */
function writeSorted(value: unknown, leftOut: LeftOut): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(requireJson(value));
  if (Array.isArray(value)) return `[${value.map((item) => writeSorted(item ?? null, leftOut)).join(',')}]`;
  const members = Object.entries(value)
    .filter(([, member]) => !leftOut(member))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${writeSorted(member, leftOut)}`);
  return `{${members.join(',')}}`;
}

/** Lower-case hex SHA-256 of bytes or of a UTF-8 string. */
export function sha256(bytes: string | Uint8Array): string {
  return hash('sha256', bytes);
}

/** `sha256:…` of a value's canonical JSON. */
export function digestOf(value: unknown): string {
  return digestOfJson(canonicalJson(value));
}

/** The same where a member that is null says as much as none. */
export function digestOfGiven(value: unknown): string {
  return digestOfJson(write(value, isNothing));
}

/** The digest of a value whose canonical JSON is at hand. */
export function digestOfJson(json: string): string {
  return `sha256:${sha256(json)}`;
}

/** The digest of an object whose members' canonical JSON is at hand. */
export function digestOfMembers(members: Record<string, string>): string {
  const sorted = Object.keys(members).sort();
  return digestOfJson(`{${sorted.map((name) => `${JSON.stringify(name)}:${members[name]}`).join(',')}}`);
}
