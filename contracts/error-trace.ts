/** What a log may keep of an error that nobody foresaw. */
export interface ErrorTrace {
  name: string;
  /** Of node or of a driver, such as `ENOENT`. */
  code: string | null;
  /** The innermost places in the code, at most six. */
  frames: string[];
}

/** What an error is and where the code stopped, without its message: that may carry a path, a script, a token or a URL. */
export function traceOf(error: unknown): ErrorTrace {
  if (!(error instanceof Error)) return { name: 'unknown', code: null, frames: [] };
  const code: unknown = Reflect.get(error, 'code');
  const isCode = typeof code === 'string' && /^[A-Za-z0-9_]{1,60}$/.test(code);
  return { name: error.name, code: isCode ? code : null, frames: framesOf(error) };
}

/** A stack begins with the message, whose own lines may look like places in the code. */
function framesOf({ stack = '', message }: Error): string[] {
  const places = stack.includes(message) ? stack.slice(stack.indexOf(message) + message.length) : stack;
  const lines = places.split('\n').map((line) => line.trim());
  return lines.filter((line) => line.startsWith('at ')).slice(0, 6);
}
