import type { Db } from './pool';

export interface DeliveryRow {
  delivery_id: string;
  event_id: string;
  job_id: string;
  url_host: string;
  attempt: number;
  status: string;
  http_status: number | null;
  error: string | null;
  at: Date;
  next_at: Date | null;
}

export interface DeliveryFilter {
  job_id: string | null;
  status: string | null;
  before: string | null;
  limit: number;
}

/** Callback attempts of a tenant, newest first. */
export async function listDeliveries(db: Db, tenant: string, filter: DeliveryFilter): Promise<DeliveryRow[]> {
  const { rows } = await db.query<DeliveryRow>({
    name: 'list_deliveries',
    text: `select delivery_id, event_id, job_id, url_host, attempt, status, http_status, error, at, next_at from deliveries
      where tenant = $1 and ($2::text is null or job_id = $2) and ($3::text is null or status = $3)
        and ($4::text is null or delivery_id < $4) order by delivery_id desc limit $5`,
    values: [tenant, filter.job_id, filter.status, filter.before, filter.limit],
  });
  return rows;
}

export interface CallbackEvent {
  event_id: string;
  job_id: string;
  callback: { url: string; secret_ref: string } | null;
  attempts: number;
}

/** An event of a tenant with its job's callback and how often it was tried. */
export async function findCallbackEvent(db: Db, tenant: string, eventId: string): Promise<CallbackEvent | null> {
  const { rows } = await db.query<CallbackEvent>({
    name: 'find_callback_event',
    text: `select e.event_id, e.job_id, j.callback,
        (select coalesce(max(attempt), 0) from deliveries d where d.event_id = e.event_id) as attempts
      from events e join jobs j using (job_id) where e.event_id = $2 and j.tenant = $1`,
    values: [tenant, eventId],
  });
  return rows[0] ?? null;
}

/** Puts an event back into the queue and notes the attempt that will come; both or nothing. */
export async function requestRedelivery(
  db: Db,
  redelivery: { delivery_id: string; event_id: string; job_id: string; tenant: string; attempt: number; url_host: string; now: Date },
): Promise<DeliveryRow> {
  const { rows } = await db.query<DeliveryRow>({
    name: 'request_redelivery',
    text: `with queued as (update events set delivery = 'pending' where event_id = $2 returning event_id)
      insert into deliveries (delivery_id, event_id, job_id, tenant, attempt, status, url_host, at, next_at)
      select $1, event_id, $3, $4, $5, 'pending', $6, $7, $7 from queued
      returning delivery_id, event_id, job_id, url_host, attempt, status, http_status, error, at, next_at`,
    values: [
      redelivery.delivery_id, redelivery.event_id, redelivery.job_id, redelivery.tenant, redelivery.attempt,
      redelivery.url_host, redelivery.now,
    ],
  });
  const row = rows[0];
  if (!row) throw new Error('the event of a redelivery is gone');
  return row;
}
