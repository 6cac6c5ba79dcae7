import type { Queue } from '../contracts/vocabulary';

const QUEUE: Queue = 'callbacks';

/** Signal of `deliverEvents`. */
export interface Poke {
  /** Look now, also where the workflow waits for the time of the next attempt. */
  now: boolean;
}

/**
 * Type and options of a poke: it starts the delivery workflow of a job, or wakes the one that runs. One workflow a job, so
 * that a receiver that is slow or away delays no other job.
 */
export function pokeStart(job: { job_id: string; tenant: string }, poke: Poke) {
  const args: [{ job_id: string }] = [{ job_id: job.job_id }];
  const signalArgs: [Poke] = [poke];
  return {
    type: 'deliverEvents',
    options: {
      workflowId: `${job.job_id}/callbacks`,
      taskQueue: QUEUE,
      args,
      signal: 'poke',
      signalArgs,
      priority: { fairnessKey: job.tenant },
      staticSummary: `callbacks · ${job.tenant}`,
    },
  };
}
