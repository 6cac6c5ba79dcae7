import type { EventType, JobType } from '../contracts/vocabulary';
import type { Db } from './pool';

export interface EventRow {
  event_id: string;
  job_id: string;
  sequence: number;
  type: EventType;
  timestamp: Date;
  data: Record<string, unknown>;
  job_type: JobType;
  idempotency_key: string;
  correlation: Record<string, string>;
}

/** Events of a job beyond a sequence, oldest first. */
export async function listEvents(db: Db, jobId: string, page: { after: number; limit: number }): Promise<EventRow[]> {
  const { rows } = await db.query<EventRow>({
    name: 'list_events',
    text: `select e.event_id, e.job_id, e.sequence, e.type, e.timestamp, e.data, j.job_type, j.idempotency_key, j.correlation
      from events e join jobs j using (job_id) where e.job_id = $1 and e.sequence > $2 order by e.sequence limit $3`,
    values: [jobId, page.after, page.limit],
  });
  return rows;
}
