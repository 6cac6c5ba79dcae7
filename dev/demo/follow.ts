import { ENDED_STATUSES } from '../../contracts/vocabulary';
import { describeProblem } from './client';
import type { ApiClient, Job, JobEvent } from './client';
import type { ProgressLine } from './progress';

const WAIT_SECONDS = 20;

/** Follows a job by its event log until it has ended and shows every step; throws the job's problem when it failed. */
export async function followJob(client: ApiClient, jobId: string, line: ProgressLine): Promise<Job> {
  let after = 0;
  for (;;) {
    const job = await client.get<Job>(`/v1/jobs/${jobId}?wait=${WAIT_SECONDS}&after=${after}`);
    for (;;) {
      const { events } = await client.get<{ events: JobEvent[] }>(
        `/v1/jobs/${jobId}/events?after=${after}&limit=100`,
      );
      for (const event of events) showEvent(event, line);
      after = events.at(-1)?.sequence ?? after;
      if (events.length === 0) break;
    }
    if (ENDED_STATUSES.some((status) => status === job.status)) return finished(job, line);
  }
}

function finished(job: Job, line: ProgressLine): Job {
  line.finish(
    job.status === 'completed'
      ? '100 %  Done'
      : `The job ${job.status === 'failed' ? 'failed' : 'was cancelled'}`,
  );
  if (job.status === 'completed') return job;
  throw new Error(job.error === null ? `job ${job.job_id} was ${job.status}` : describeProblem(job.error));
}

function showEvent(event: JobEvent, line: ProgressLine): void {
  const { label, scene, scenes, percent } = event.data;
  if (event.type !== 'job.progress' || label === undefined) return;
  line.show({ label, scene: scene ?? null, scenes: scenes ?? null, percent: percent ?? 0 });
}
