import type { LifecycleEvent } from '../../contracts/event.schema';
import type { EventRow } from '../../db/events-read';
import type { ApiDeps } from '../deps';
import { withLinks } from './assets';

/** An event as the log and the stream show it; links to assets are signed now. */
export async function presentEvent(deps: ApiDeps, tenant: string, row: EventRow): Promise<LifecycleEvent> {
  const [data] = await withLinks(deps, tenant, [row.data]);
  return {
    id: row.event_id,
    type: row.type,
    timestamp: row.timestamp.toISOString(),
    sequence: row.sequence,
    job_id: row.job_id,
    job_type: row.job_type,
    idempotency_key: row.idempotency_key,
    correlation: row.correlation,
    data: Object.assign({}, data),
  };
}
