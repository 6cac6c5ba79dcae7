import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { listJobsOfRevoked } from '../db/avatar-erasure';
import { listUnsettled, settleDecisionsOfEnded, tellAgainLater, type DecisionRow } from '../db/decisions';
import { requestCancel } from '../db/jobs';
import { listCancelling, listUnstarted, type StartableJob } from '../db/pending-starts';
import { decisionSignal } from './decision-signal';
import type { Launcher } from './launcher';
import { tellAll, type Told } from './told';

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
    try {
      await this.round();
    } catch (error) {
      this.parts.log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'the sweep found no database');
    }
  }

  private async round(): Promise<void> {
    const { pool, launcher } = this.parts;
    const now = this.parts.now();
    const before = new Date(now.getTime() - GRACE_MS);
    await settleDecisionsOfEnded(pool, { before, now });
    const unstarted = await listUnstarted(pool, { before, limit: BATCH, except: launcher.recent(), tenant: null });
    if (!(await tellAll(unstarted, AT_ONCE, (job) => launcher.start(job)))) return;
    for (const jobId of await listJobsOfRevoked(pool, null)) await requestCancel(pool, jobId, now);
    const cancelling = await listCancelling(pool, BATCH);
    if (!(await tellAll(cancelling, AT_ONCE, (job) => this.cancel(job)))) return;
    const decisions = await listUnsettled(pool, { before, now, limit: BATCH });
    await tellAll(decisions, AT_ONCE, (decision) => this.decide(decision, now));
  }

  /** One that was never started is started and cancelled, so that its workflow ends its record like any other. */
  private async cancel(job: StartableJob & { unstarted: boolean }): Promise<Told> {
    const started = job.unstarted ? await this.parts.launcher.start(job) : 'told';
    return started === 'told' ? this.parts.launcher.cancel(job.job_id) : started;
  }

  /** A workflow that was told and settles nothing, or that takes no more, is told less and less often. */
  private async decide({ job_id, ...decision }: DecisionRow, now: Date): Promise<Told> {
    const told = await this.parts.launcher.decide(job_id, decisionSignal(decision));
    if (told === 'told' || told === 'refused') await tellAgainLater(this.parts.pool, decision.decision_id, now);
    return told;
  }

  private tick(): void {
    this.running = this.once().then(() => {
      if (!this.stopped) this.timer = setTimeout(() => this.tick(), EVERY_MS);
    });
  }
}
