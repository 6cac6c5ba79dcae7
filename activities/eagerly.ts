/** One attempt at free work that may be over before its beginning is worth a statement of its own. */
export interface EagerWork<Output, Result> {
  perform(): Promise<Output>;
  /** Stores beginning and end together; null, with nothing stored, where the step is finished or its job has ended. */
  record(output: Output): Promise<Result | null>;
  /** Stores the beginning; what is there where the step is finished already, else null. Throws where the job has ended. */
  open(): Promise<Result | null>;
  /** Stores the end of what was opened. */
  finish(output: Output): Promise<Result>;
  /** Stops the work. */
  abandon(): void;
}

/** Nobody misses the news of a beginning that is so young, and a worker killed in this time has lost nothing. */
const AT_ONCE_MS = 50;

/**
 * Begins the work first and stores its beginning only if it takes longer: work that ends at once costs one statement instead
 * of two. Only for work that may be begun in vain, which costs nothing and leaves nothing but assets under their content.
 */
export async function runEagerly<Output, Result>(work: EagerWork<Output, Result>): Promise<Result> {
  const making = work.perform();
  const done = await triedFor(work, making);
  if (done) return (await work.record(done.output)) ?? (await work.open()) ?? (await work.finish(done.output));
  return (await openBeside(work, making)) ?? (await work.finish(await making));
}

/** What came of the work if it is over at once, else null. */
async function triedFor<Output>(work: Pick<EagerWork<Output, unknown>, 'open'>, making: Promise<Output>): Promise<{ output: Output } | null> {
  try {
    return await within(making, AT_ONCE_MS);
  } catch (error) {
    // The attempt that failed and its error need a record as well.
    await work.open();
    throw error;
  }
}

/** Stores the beginning while the work goes on; the work ends where that shows that nobody needs it. */
async function openBeside<Output, Result>(work: EagerWork<Output, Result>, making: Promise<Output>): Promise<Result | null> {
  const ended = making.then(
    () => undefined,
    () => undefined,
  );
  let goesOn = false;
  try {
    const finished = await work.open();
    goesOn = finished === null;
    return finished;
  } finally {
    if (!goesOn) {
      work.abandon();
      await ended;
    }
  }
}

function within<Output>(making: Promise<Output>, ms: number): Promise<{ output: Output } | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms, null);
    making.then((output) => resolve({ output }), reject).finally(() => clearTimeout(timer));
  });
}
