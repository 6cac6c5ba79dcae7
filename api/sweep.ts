import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { listJobsOfRevoked } from '../db/avatar-erasure';
import { listUnsettled, settleDecisionsOfEnded } from '../db/decisions';
import { requestCancel } from '../db/jobs';
import { listCancelling, listUnstarted } from '../db/pending-starts';
import { decisionSignal } from './decision-signal';
import type { Launcher } from './launcher';

const EVERY_MS = 2_000;
/** What is younger is on its way without a sweep. */
const GRACE_MS = 2_000;
const AT_ONCE = 8;
const BATCH = 200;

/** Repeats what Temporal may have missed: starts, cancellations and decisions. Every repetition is harmless. */
export class Sweep {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly parts: { pool: Pool; launcher: Launcher; log: Logger; now(): Date }) {}

  start(): void {
    this.timer = setTimeout(() => this.tick(), EVERY_MS);
  }

  /** Waits for the round that runs. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  /** One round; never rejects. */
  async once(): Promise<void> {
    const { pool, launcher, log, now } = this.parts;
    try {
      const before = new Date(now().getTime() - GRACE_MS);
      await settleDecisionsOfEnded(pool, { before, now: now() });
      const unstarted = await listUnstarted(pool, { before, limit: BATCH, except: launcher.recent(), tenant: null });
      if (!(await untilRefused(unstarted, (job) => launcher.start(job)))) return;
      for (const jobId of await listJobsOfRevoked(pool, null)) await requestCancel(pool, jobId, now());
      const cancelling = await listCancelling(pool, BATCH);
      // One that was never started is started and cancelled, so that its workflow ends its record like any other.
      const cancel = async (job: (typeof cancelling)[number]) => (!job.unstarted || (await launcher.start(job))) && launcher.cancel(job.job_id);
      if (!(await untilRefused(cancelling, cancel))) return;
      const decisions = await listUnsettled(pool, { before, limit: BATCH });
      await untilRefused(decisions, ({ job_id, ...decision }) => launcher.decide(job_id, decisionSignal(decision)));
    } catch (error) {
      log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the sweep found no database');
    }
  }

  private tick(): void {
    this.running = this.once().then(() => {
      if (!this.stopped) this.timer = setTimeout(() => this.tick(), EVERY_MS);
    });
  }
}

/** A few at a time, in order, until one fails: the others would fail as well. True when all went through. */
async function untilRefused<T>(items: T[], work: (item: T) => Promise<boolean>): Promise<boolean> {
  for (let index = 0; index < items.length; index += AT_ONCE) {
    const done = await Promise.all(items.slice(index, index + AT_ONCE).map(work));
    if (done.includes(false)) return false;
  }
  return true;
}

