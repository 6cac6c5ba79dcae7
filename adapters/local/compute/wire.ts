/** Messages between the pool and its threads. */
export interface TaskRequest {
  task: string;
  args: unknown;
}

/** Asks a thread that is about to be ended to end its child processes first. */
export interface EndChildren {
  task: null;
}

export type TaskReply =
  | { type: 'children'; count: number }
  | { type: 'progress'; percent: number; note: string | undefined }
  | { type: 'result'; value: unknown }
  | { type: 'error'; error: WireError };

/** An error as plain data: its class is lost on the way, its name and own fields are not. */
export interface WireError {
  name: string;
  message: string;
  stack: string | undefined;
  fields: Record<string, unknown>;
  cause: WireError | undefined;
}

/** Error to plain data. Own enumerable fields (`code`, `problems` …) go along when they can be cloned. */
export function packError(thrown: unknown): WireError {
  if (!(thrown instanceof Error)) {
    return { name: 'Error', message: String(thrown), stack: undefined, fields: {}, cause: undefined };
  }
  const fields = Object.fromEntries(Object.entries(thrown).filter(([, value]) => isCloneable(value)));
  const cause = thrown.cause instanceof Error ? packError(thrown.cause) : undefined;
  return { name: thrown.name, message: thrown.message, stack: thrown.stack, fields, cause };
}

/** Plain data back to an `Error` with the same name, message, stack and fields. */
export function unpackError(wire: WireError): Error {
  const error = new Error(wire.message, wire.cause && { cause: unpackError(wire.cause) });
  Object.assign(error, wire.fields);
  error.name = wire.name;
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
