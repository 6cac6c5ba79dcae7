import { parentPort } from 'node:worker_threads';
import type { TaskHost, TaskTable } from './host';
import { packError } from './wire';
import { followChildren } from './children';
import type { EndChildren, TaskReply, TaskRequest } from './wire';

/** Answers requests from the pool with the tasks of `table`. Called once, by the script of a compute thread. */
export function serveTasks(table: TaskTable): void {
  const port = parentPort;
  if (port === null) throw new Error('Compute tasks are served from a worker thread only.');
  const reply = (message: TaskReply) => port.postMessage(message);
  const host = createHost(reply);
  const children = followChildren((count) => reply({ type: 'children', count }));
  port.on('message', (request: TaskRequest | EndChildren) => {
    if (request.task === null) return children.end();
    answer(table, request, host).then(
      (value) => reply({ type: 'result', value }),
      (error: unknown) => reply({ type: 'error', error: packError(error) }),
    );
  });
}

async function answer(table: TaskTable, request: TaskRequest, host: TaskHost): Promise<unknown> {
  const task = table[request.task];
  if (task === undefined) throw new Error(`There is no compute task named ${request.task}.`);
  // The pool checks arguments against the task's type at compile time; behind the thread boundary they are plain data.
  return task(request.args as never, host);
}

function createHost(reply: (message: TaskReply) => void): TaskHost {
  const values = new Map<unknown, Promise<unknown>>();
  function cached<Value>(load: () => Promise<Value>): Promise<Value>;
  function cached(load: () => Promise<unknown>): Promise<unknown> {
    const known = values.get(load);
    if (known !== undefined) return known;
    const value = load();
    values.set(load, value);
    value.catch(() => values.delete(load));
    return value;
  }
  return { cached, progress: (percent, note) => reply({ type: 'progress', percent, note }) };
}
