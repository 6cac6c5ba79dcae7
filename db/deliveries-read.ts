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

const COLUMNS = 'delivery_id, event_id, job_id, url_host, attempt, status, http_status, error, at, next_at';

/** Callback attempts of a tenant, newest first. */
export async function listDeliveries(db: Db, tenant: string, filter: DeliveryFilter): Promise<DeliveryRow[]> {
  const { rows } = await db.query<DeliveryRow>({
    name: 'list_deliveries',
    text: `select ${COLUMNS} from deliveries
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
}

/** An event of a tenant with its job's callback. */
export async function findCallbackEvent(db: Db, tenant: string, eventId: string): Promise<CallbackEvent | null> {
  const { rows } = await db.query<CallbackEvent>({
    name: 'find_callback_event',
    text: `select e.event_id, e.job_id, j.callback from events e join jobs j using (job_id) where e.event_id = $2 and j.tenant = $1`,
    values: [tenant, eventId],
  });
  return rows[0] ?? null;
}

/**
 * Puts an event back into the queue and notes the attempt that will come; one that was asked for already is returned as it
 * is. A receiver that said 410 is tried again. Needs a transaction: requests for one event wait for each other.
 */
export async function requestRedelivery(
  db: Db,
  redelivery: { delivery_id: string; event_id: string; job_id: string; tenant: string; url_host: string; now: Date },
): Promise<DeliveryRow> {
  const { delivery_id, event_id, job_id, tenant, url_host, now } = redelivery;
  await db.query(`update events set delivery = 'pending' where event_id = $1`, [event_id]);
  await db.query('update jobs set callback_stopped_at = null where job_id = $1 and callback_stopped_at is not null', [job_id]);
  const { rows } = await db.query<DeliveryRow>(
    `with asked as (
       select ${COLUMNS} from deliveries where event_id = $2 and status = 'pending' and next_at is not null
     ), added as (
       insert into deliveries (delivery_id, event_id, job_id, tenant, attempt, status, url_host, at, next_at)
       select $1, $2, $3, $4, (select coalesce(max(attempt), 0) + 1 from deliveries where event_id = $2), 'pending', $5, $6, $6
        where not exists (select 1 from asked)
       returning ${COLUMNS}
     ) select * from asked union all select * from added`,
    [delivery_id, event_id, job_id, tenant, url_host, now],
  );
  const row = rows[0];
  if (!row) throw new Error('a redelivery was neither made nor found');
  return row;
}
