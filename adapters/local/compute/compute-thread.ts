import { Worker } from 'node:worker_threads';
import { unpackError } from './wire';
import type { EndChildren, TaskReply, TaskRequest } from './wire';

/** A thread ended before it answered: out of memory, a native crash, `process.exit`. Worth another try. */
export class ComputeThreadCrashed extends Error {
  readonly code = 'compute_thread_crashed';
  constructor(task: string, options?: ErrorOptions) {
    super(`The compute thread ended while it ran ${task}.`, options);
    this.name = 'ComputeThreadCrashed';
  }
}

/** A request on its way, and where its answer goes. */
export interface Call extends TaskRequest {
  onProgress: (percent: number, note?: string) => void;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** A thread in the middle of something may not hear that it is to end its children; then they end by their closed pipes. */
const GRACE_MS = 2_000;

/** One worker thread that does one task at a time. While it has none it does not keep the process alive. */
export class ComputeThread {
  private readonly worker: Worker;
  private call: Call | null = null;
  /** Processes that the thread started and that have not ended. */
  private children = 0;
  private onChildless: () => void = () => undefined;
  alive = true;

  constructor(
    script: string,
    private readonly onFree: () => void,
  ) {
    this.worker = new Worker(script, { execArgv: [] });
    this.worker.unref();
    this.worker.on('message', (reply: TaskReply) => this.receive(reply));
    this.worker.on('error', (error) => this.end(error));
    this.worker.on('exit', () => this.end());
  }

  get busy(): boolean {
    return this.call !== null;
  }

  start(call: Call): void {
    this.call = call;
    this.worker.ref();
    try {
      this.worker.postMessage({ task: call.task, args: call.args });
    } catch (error) {
      // Arguments that cannot be cloned are the caller's fault; the thread never saw them.
      this.finish()?.reject(error instanceof Error ? error : new Error(String(error)));
      this.onFree();
    }
  }

  isRunning(call: Call): boolean {
    return this.call === call;
  }

  /** Ends the thread at once, in the middle of whatever it does, and its child processes; a task on its way rejects with `reason`. */
  async cancel(reason: Error): Promise<void> {
    this.alive = false;
    this.finish()?.reject(reason);
    if (this.children > 0) await this.endChildren();
    await this.worker.terminate();
  }

  /** Only the thread that started a process learns that it ended: without it, one stays in the system's table as a zombie. */
  private async endChildren(): Promise<void> {
    this.worker.ref();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GRACE_MS);
      this.onChildless = () => (clearTimeout(timer), resolve());
      this.worker.postMessage({ task: null } satisfies EndChildren);
    });
  }

  private receive(reply: TaskReply): void {
    if (reply.type === 'children') {
      this.children = reply.count;
      if (reply.count === 0) this.onChildless();
      return;
    }
    if (reply.type === 'progress') {
      this.call?.onProgress(reply.percent, reply.note);
      return;
    }
    const call = this.finish();
    if (reply.type === 'result') call?.resolve(reply.value);
    else call?.reject(unpackError(reply.error));
    this.onFree();
  }

  private end(cause?: Error): void {
    this.alive = false;
    this.onChildless();
    const call = this.finish();
    call?.reject(new ComputeThreadCrashed(call.task, cause && { cause }));
    this.onFree();
  }

  private finish(): Call | null {
    const call = this.call;
    this.call = null;
    this.worker.unref();
    return call;
  }
}
