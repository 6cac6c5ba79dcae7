import path from 'node:path';
import { projectRoot } from '../../../contracts/project-root';
import { ComputeThread } from './compute-thread';
import type { Call } from './compute-thread';
import type { Task, TaskTable } from './host';
import type { Tasks } from './tasks';

type ArgsOf<One> = One extends Task<infer Args, unknown> ? Args : never;
type ResultOf<One> = One extends (...call: never[]) => Promise<infer Result> ? Result : never;

export interface RunOptions {
  /** Aborting ends the thread at once and rejects with an `AbortError`. */
  signal?: AbortSignal;
  /** Percent 0..100 and a short note, as often as the task likes. */
  onProgress?: (percent: number, note?: string) => void;
}

/** Worker threads for work that would hold up the event loop. */
export interface Pool<Table extends TaskTable> {
  /**
   * Runs a task of the table on the next free thread, first come, first served. Rejects with what the task threw (same
   * `name`, `message` and fields, but a plain `Error`), with an `AbortError`, or with `ComputeThreadCrashed`.
   */
  run<Name extends keyof Table & string>(
    task: Name,
    args: ArgsOf<Table[Name]>,
    options?: RunOptions,
  ): Promise<ResultOf<Table[Name]>>;
  /** Ends all threads; tasks on their way and later ones reject with an `AbortError`. */
  close(): Promise<void>;
}

export type ComputePool = Pool<Tasks>;

/** Threads with the tasks of tasks.ts. None is started before the first task; each keeps its loaded models. */
export function createComputePool(options: { size: number }): ComputePool {
  return createPool<Tasks>({
    ...options,
    script: path.join(projectRoot(), 'dist/adapters/local/compute/thread.js'),
  });
}

/** A pool whose threads run `script`, which serves the tasks of `Table`. */
export function createPool<Table extends TaskTable>(options: { size: number; script: string }): Pool<Table> {
  const crew = new Crew(options.script, options.size);
  return {
    run: (task, args, runOptions = {}) =>
      new Promise((resolve, reject) => {
        // The value comes from the task of that name, so it has that task's result type.
        const settle = (value: unknown) => resolve(value as ResultOf<Table[typeof task]>);
        crew.accept(
          { task, args, onProgress: runOptions.onProgress ?? ignore, resolve: settle, reject },
          runOptions.signal,
        );
      }),
    close: () => crew.close(),
  };
}

/** The threads and the calls that wait for one. */
class Crew {
  private readonly waiting: Call[] = [];
  private threads: ComputeThread[] = [];
  private closed = false;

  constructor(
    private readonly script: string,
    private readonly size: number,
  ) {}

  accept(call: Call, signal?: AbortSignal): void {
    if (this.closed || signal?.aborted) {
      call.reject(abortError(signal));
      return;
    }
    this.waiting.push(signal === undefined ? call : this.abortable(call, signal));
    this.dispatch();
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const call of this.waiting.splice(0)) call.reject(abortError());
    await Promise.all(this.threads.map((thread) => thread.cancel(abortError())));
  }

  private abortable(call: Call, signal: AbortSignal): Call {
    const onAbort = () => this.abort(guarded, abortError(signal));
    const release = () => signal.removeEventListener('abort', onAbort);
    const guarded: Call = {
      ...call,
      resolve: (value) => (release(), call.resolve(value)),
      reject: (error) => (release(), call.reject(error)),
    };
    signal.addEventListener('abort', onAbort);
    return guarded;
  }

  private abort(call: Call, error: Error): void {
    const place = this.waiting.indexOf(call);
    if (place >= 0) this.waiting.splice(place, 1)[0]?.reject(error);
    else void this.threads.find((thread) => thread.isRunning(call))?.cancel(error);
  }

  private dispatch(): void {
    this.threads = this.threads.filter((thread) => thread.alive);
    while (!this.closed && this.waiting.length > 0) {
      const thread = this.freeThread();
      const call = thread && this.waiting.shift();
      if (!thread || !call) return;
      thread.start(call);
    }
  }

  private freeThread(): ComputeThread | undefined {
    const idle = this.threads.find((thread) => thread.alive && !thread.busy);
    if (idle !== undefined || this.threads.length >= this.size) return idle;
    const thread = new ComputeThread(this.script, () => this.dispatch());
    this.threads.push(thread);
    return thread;
  }
}

function abortError(signal?: AbortSignal): Error {
  const error = new Error('The compute task was cancelled.', { cause: signal?.reason });
  error.name = 'AbortError';
  return error;
}

function ignore(): void {}
