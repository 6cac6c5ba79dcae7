/**
 * The URL that a text is, or null. `URL.canParse` is not used for this: once V8 has compiled its caller, Node 20 hands the
 * text over as Latin-1 bytes where UTF-8 is read, and an address with an umlaut is refused from then on.
 */
export function parseUrl(text: string, base?: URL): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}

/** Whether a text is a URL of this machine itself. */
export function isLoopback(text: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(parseUrl(text)?.hostname ?? '');
}
