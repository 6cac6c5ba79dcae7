/** RFC 6901 JSON pointer of a path: `~` and `/` inside a name are escaped. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
