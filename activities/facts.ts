import type { Pool } from 'pg';
import { ApplicationFailure } from '@temporalio/activity';
import type { StageTask } from '../contracts/plan';
import type { StageName } from '../contracts/vocabulary';
import { loadJobFacts, type JobFacts } from '../db/job-state';
import { loadOutputs } from '../db/steps';
import type { StoredOutput } from '../workflows/stage-input';
import { FinishedOutputs } from './finished-outputs';

/** Jobs whose facts are kept; a worker rarely has more under way. */
const KEPT = 200;

/** Reads a job's frozen facts once: they never change while the job lives, and every stage of it asks for them. */
export class FactsCache {
  /** Documents of the steps that this process finished. */
  readonly outputs = new FinishedOutputs();
  private readonly kept = new Map<string, JobFacts>();

  constructor(private readonly pool: Pool) {}

  async find(jobId: string): Promise<JobFacts | null> {
    const known = this.kept.get(jobId);
    if (known) return known;
    const facts = await loadJobFacts(this.pool, jobId);
    if (facts) this.keep(facts);
    return facts;
  }

  /** Documents of finished steps of a task's job: what it needs where it was made here, or else whatever Postgres has of these stages. */
  async outputsOf(task: StageTask, stages: StageName[]): Promise<StoredOutput[]> {
    return this.outputs.findNeeds(task, stages) ?? loadOutputs(this.pool, task.job_id, stages);
  }

  /** The oldest goes first: a map keeps the order in which its keys came. */
  private keep(facts: JobFacts): void {
    this.kept.set(facts.job_id, facts);
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT && oldest !== undefined) this.kept.delete(oldest);
  }
}

export async function factsOf({ facts }: { facts: FactsCache }, jobId: string): Promise<JobFacts> {
  const found = await facts.find(jobId);
  if (!found) throw ApplicationFailure.nonRetryable('There is no such job.', 'job_not_found');
  return found;
}
