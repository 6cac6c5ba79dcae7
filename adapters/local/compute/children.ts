import { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';

/** Child processes of this thread. */
export interface Children {
  /** Kills all of them; each is reported once the system says that it is gone. */
  end(): void;
}

/** Knows every process that this thread starts, whoever starts it, by Node's own diagnostics channel; `onChange` hears how many there are. */
export function followChildren(onChange: (count: number) => void): Children {
  const children = new Set<ChildProcess>();
  const forget = (child: ChildProcess): void => {
    if (children.delete(child)) onChange(children.size);
  };
  subscribe('child_process', (message) => {
    const child = processOf(message);
    if (!child) return;
    children.add(child);
    onChange(children.size);
    child.once('exit', () => forget(child));
    child.once('error', () => (child.pid === undefined ? forget(child) : undefined));
  });
  return {
    end: () => {
      for (const child of children) child.kill('SIGKILL');
    },
  };
}

function processOf(message: unknown): ChildProcess | null {
  const found: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, 'process') : null;
  return found instanceof ChildProcess ? found : null;
}
