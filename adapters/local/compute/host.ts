/** What a task may use besides its arguments. One host lives as long as its thread. */
export interface TaskHost {
  /** Tells the caller how far the task is, 0..100. Only flat facts: this ends up in heartbeats. */
  progress(percent: number, note?: string): void;
  /**
   * The value that `load` makes, made once a thread and kept for later tasks. The function itself is the key,
   * so it must be a named function of a module, not one written on the spot. A failed load is tried again.
   */
  cached<Value>(load: () => Promise<Value>): Promise<Value>;
}

/** A function that a compute thread runs. Arguments and result cross by structured clone: keep them small, pass paths. */
export type Task<Args, Result> = (args: Args, host: TaskHost) => Promise<Result>;

/** A table of tasks; `never` because each task has its own argument type. */
export type TaskTable = Record<string, Task<never, unknown>>;

/** Postpones loading a task's module until the task runs, so that a thread holds only what it needs. */
export function lazy<Args, Result>(load: () => Promise<Task<Args, Result>>): Task<Args, Result> {
  return async (args, host) => (await load())(args, host);
}
