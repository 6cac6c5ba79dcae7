import { Client, Connection, WorkflowExecutionAlreadyStartedError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { Logger } from 'pino';
import type { DecisionSignal } from '../contracts/plan';
import type { Sweep, SweepRequest } from '../contracts/sweeps';
import type { Queue } from '../contracts/vocabulary';
import type { StartableJob } from '../db/pending-starts';
import { pokeStart, type Poke } from '../workflows/delivery-options';
import { workflowStart } from '../workflows/start-options';
import { toldByError, type Told } from './told';

/** How workflows are started and spoken to. Nothing here throws because Temporal is away: a sweep tries again. */
export interface Launcher {
  /** Starts a job's workflow soon, in the background. */
  enqueue(job: StartableJob): void;
  /** Starts it now. Starting twice is harmless. */
  start(job: StartableJob): Promise<Told>;
  /** Job ids that are being started, or were a moment ago. */
  recent(): string[];
  decide(jobId: string, decision: DecisionSignal): Promise<Told>;
  unpark(jobId: string): Promise<Told>;
  cancel(jobId: string): Promise<Told>;
  /** Wakes the delivery of a job's events, or starts it. */
  poke(job: { job_id: string; tenant: string }, poke: Poke): Promise<Told>;
  /** Runs a sweep by hand and waits for its report, for a while. */
  sweep(sweep: Sweep, request: SweepRequest, run: string): Promise<SweepOutcome>;
  /** Whether the server answers now. */
  isReachable(): Promise<boolean>;
  /** Waits for the starts that are under way, then closes the connection. */
  close(): Promise<void>;
}

/** `away`: the server did not answer, so nothing was begun. `running`: it goes on, and no worker has finished it so far. */
export type SweepOutcome =
  | { status: 'completed'; workflow_id: string; report: unknown }
  | { status: 'running'; workflow_id: string; report: null }
  | { status: 'away' };

export interface LauncherOptions {
  address: string;
  namespace: string;
  tls: boolean;
  apiKey: string | undefined;
  log: Logger;
}

/** A start costs the server 10 to 20 CPU-ms: more at once only queue there. */
const STARTS_AT_ONCE = 8;
const POKES_AT_ONCE = 8;
/** Beyond this the sweep takes over, so that a burst does not grow the heap. */
const LONGEST_QUEUE = 2_000;
/** After a start that failed, new jobs are left to the sweep for so long: trying costs more than accepting. */
const QUIET_MS = 1_000;
const DEADLINE_MS = 5_000;
const PROBE_DEADLINE_MS = 1_000;
/** As long as a long poll of the API. */
const SWEEP_WAIT_MS = 50_000;
const MAINTENANCE: Queue = 'maintenance';
/** A started job keeps out of the sweep's sight for so long, while it waits for a worker. */
const REMEMBER_MS = 60_000;

type ErrorClass = new (...args: never[]) => Error;

/** The only user of the Temporal client. */
export class TemporalLauncher implements Launcher {
  private readonly connection: Connection;
  private readonly client: Client;
  private readonly waiting: StartableJob[] = [];
  private readonly running = new Set<Promise<unknown>>();
  private readonly seen = new Map<string, number>();
  private quietUntil = 0;
  private poking = 0;
  private calls = 0;

  constructor(private readonly options: LauncherOptions) {
    // Without the retry interceptor a server that is away is known in milliseconds instead of seconds.
    this.connection = Connection.lazy({
      address: options.address,
      interceptors: [],
      ...(options.tls ? { tls: true } : {}),
      ...(options.apiKey ? { apiKey: options.apiKey } : {}),
    });
    this.client = new Client({ connection: this.connection, namespace: options.namespace });
  }

  enqueue(job: StartableJob): void {
    if (this.waiting.length >= LONGEST_QUEUE || Date.now() < this.quietUntil) return;
    this.waiting.push(job);
    this.seen.set(job.job_id, Date.now());
    this.pump();
  }

  recent(): string[] {
    const oldest = Date.now() - REMEMBER_MS;
    for (const [jobId, at] of this.seen) if (at < oldest) this.seen.delete(jobId);
    return [...this.seen.keys()];
  }

  async start(job: StartableJob): Promise<Told> {
    this.seen.set(job.job_id, Date.now());
    const started = await this.attempt('start', () => this.startWorkflow(job), { told: WorkflowExecutionAlreadyStartedError });
    // One that is refused stays out of the sweep's sight as well: it is tried once a minute, and the others meanwhile.
    if (started === 'away') this.seen.delete(job.job_id);
    return started;
  }

  decide(jobId: string, decision: DecisionSignal): Promise<Told> {
    return this.attempt('decide', () => this.client.workflow.getHandle(jobId).signal('decide', decision), { nobody: WorkflowNotFoundError });
  }

  unpark(jobId: string): Promise<Told> {
    return this.attempt('unpark', () => this.client.workflow.getHandle(jobId).signal('unpark'), { nobody: WorkflowNotFoundError });
  }

  cancel(jobId: string): Promise<Told> {
    return this.attempt('cancel', () => this.client.workflow.getHandle(jobId).cancel(), { nobody: WorkflowNotFoundError });
  }

  async poke(job: { job_id: string; tenant: string }, poke: Poke): Promise<Told> {
    // A hint only: in a burst, or while the server is away, it is left to the sweep.
    if (this.poking >= POKES_AT_ONCE || Date.now() < this.quietUntil) return 'away';
    const { type, options } = pokeStart(job, poke);
    this.poking += 1;
    return this.attempt('poke', () => this.client.workflow.signalWithStart(type, options), { told: WorkflowExecutionAlreadyStartedError }).finally(() => {
      this.poking -= 1;
    });
  }

  async sweep(sweep: Sweep, request: SweepRequest, run: string): Promise<SweepOutcome> {
    const workflowId = `${sweep.id}/${run}`;
    const options = { workflowId, taskQueue: MAINTENANCE, args: [request], staticSummary: `by hand: ${sweep.note}` };
    const begin = () => this.client.workflow.start(sweep.workflow, options);
    if ((await this.attempt('sweep', begin, { told: WorkflowExecutionAlreadyStartedError })) !== 'told') return { status: 'away' };
    const wait = () => this.client.workflow.getHandle(workflowId).result();
    try {
      return { status: 'completed', workflow_id: workflowId, report: await this.call(SWEEP_WAIT_MS, wait) };
    } catch (error) {
      if (error instanceof WorkflowFailedError) throw error;
      return { status: 'running', workflow_id: workflowId, report: null };
    }
  }

  async isReachable(): Promise<boolean> {
    try {
      await this.call(PROBE_DEADLINE_MS, () => this.connection.workflowService.getSystemInfo({}));
      return true;
    } catch {
      return false;
    }
  }

  async close(): Promise<void> {
    this.waiting.length = 0;
    await Promise.allSettled([...this.running]);
    await this.connection.close();
  }

  private pump(): void {
    while (this.running.size < STARTS_AT_ONCE) {
      const job = this.waiting.shift();
      if (!job) return;
      const work = this.start(job).then((started) => {
        // The others would fail the same way: the sweep starts them when the server is back.
        if (started === 'away') this.giveUp();
        this.running.delete(work);
        this.pump();
      });
      this.running.add(work);
    }
  }

  private giveUp(): void {
    this.quietUntil = Date.now() + QUIET_MS;
    for (const left of this.waiting.splice(0)) this.seen.delete(left.job_id);
  }

  private async startWorkflow(job: StartableJob): Promise<void> {
    const start = workflowStart(job);
    if (start) await this.client.workflow.start(start.type, start.options);
  }

  /**
   * The client keeps deadlines and metadata in an AsyncLocalStorage, which makes every promise of the process dearer while it
   * is on: a tenth of what accepting a job costs. It is put off when nobody speaks to the server.
   */
  private async call<T>(deadlineMs: number, work: () => Promise<T>): Promise<T> {
    this.calls += 1;
    try {
      return await this.connection.withDeadline(Date.now() + deadlineMs, work);
    } finally {
      this.calls -= 1;
      if (this.calls === 0) this.connection.callContextStorage.disable();
    }
  }

  /** `fine` names the errors that say that nothing was left to do, or that there is nobody to be told. */
  private async attempt(what: string, work: () => Promise<unknown>, fine: Partial<Record<'told' | 'nobody', ErrorClass>>): Promise<Told> {
    try {
      await this.call(DEADLINE_MS, work);
      return 'told';
    } catch (error) {
      if (fine.told && error instanceof fine.told) return 'told';
      if (fine.nobody && error instanceof fine.nobody) return 'nobody';
      const told = toldByError(error);
      const message = told === 'away' ? 'temporal did not answer' : 'temporal refused';
      this.options.log.warn({ what, reason: error instanceof Error ? error.message : String(error) }, message);
      return told;
    }
  }
}
