import { cancellationSignal, heartbeat, sleep } from '@temporalio/activity';
import type { CallbackOutcome } from '../../adapters/capabilities/callbacks';
import type { LifecycleEvent } from '../../contracts/event.schema';
import { ENDED_STATUSES } from '../../contracts/vocabulary';
import { beginAttempt, endAttempt, loadOutbox, type Outbox, type UndeliveredEvent } from '../../db/outbox';
import type { Deps } from '../deps';
import type { CallbackActivities, DeliveryReport } from './callbacks';
import { dueAt, judge } from './judge';

/** After this no further event is begun, so that the activity ends well within its time and a shutdown's grace. */
const BATCH_MS = 10_000;
/** A server's timers are good to a second, so what comes sooner is waited for here. */
const SHORT_WAIT_MS = 1_000;
/** A host that has no slot left is asked for again after this. */
const HOST_BUSY_MS = 500;

type Due = Outbox & { event: UndeliveredEvent; callback: NonNullable<Outbox['callback']> };

/** Sends what is due, in order. Where each event stands is in Postgres, so any worker can go on at any time. */
export function deliverEvents(deps: Deps): CallbackActivities['deliver_events'] {
  return async ({ job_id }) => {
    const end = deps.now().getTime() + BATCH_MS;
    for (;;) {
      const outbox = await loadOutbox(deps.pool, job_id);
      const due = readyOf(deps, outbox);
      const late = deps.now().getTime() > end;
      if ('state' in due && (due.state !== 'waiting' || due.wait_ms > SHORT_WAIT_MS || late)) return due;
      if (late) return { state: 'more' };
      if ('state' in due) await sleep(due.wait_ms);
      else if (!(await attempt(deps, due))) return { state: 'waiting', wait_ms: HOST_BUSY_MS };
    }
  };
}

/** The event to send now, or what to wait for. */
function readyOf(deps: Deps, outbox: Outbox | null): Due | Exclude<DeliveryReport, { state: 'more' }> {
  if (!outbox) return { state: 'ended' };
  const { event, callback } = outbox;
  if (!event || !callback) return { state: ENDED_STATUSES.includes(outbox.job_status) ? 'ended' : 'idle' };
  const wait_ms = dueAt(event, deps.callbacks.retry_delays_ms) - deps.now().getTime();
  return wait_ms > 0 ? { state: 'waiting', wait_ms } : { ...outbox, event, callback };
}

/** One attempt and the record of it; false where the host had no slot. */
async function attempt(deps: Deps, due: Due): Promise<boolean> {
  const { event } = due;
  heartbeat({ event: event.type, sequence: event.sequence });
  const record: { delivery_id?: string } = {};
  const begin = async (): Promise<void> => void (record.delivery_id = await open(deps, due));
  const outcome = due.callback_stopped_at ? await giveUp(begin) : await send(deps, due, begin);
  if (!outcome || record.delivery_id === undefined) return false;
  const now = deps.now();
  const verdict = judge({ outcome, event, delays: deps.callbacks.retry_delays_ms, now });
  const { http_status, error } = outcome;
  await endAttempt(deps.pool, { delivery_id: record.delivery_id, event_id: event.event_id, http_status, error, ...verdict, stop: outcome.gone, now });
  if (verdict.status === 'dead') deps.log.warn({ job_id: due.job_id, event_id: event.event_id, error, http_status }, 'an event could not be delivered');
  return true;
}

function send(deps: Deps, due: Due, begin: () => Promise<void>): Promise<CallbackOutcome | null> {
  const message = { tenant: due.tenant, target: due.callback, event: bodyOf(due) };
  return deps.callbacks.deliver(message, { begin, signal: cancellationSignal() });
}

async function open(deps: Deps, { event, callback }: Due): Promise<string> {
  const url_host = new URL(callback.url).host;
  return beginAttempt(deps.pool, { delivery_id: deps.newId('delivery'), event_id: event.event_id, url_host, now: deps.now() });
}

/** After a 410 the job's other events are given up without being sent, each with its record. */
async function giveUp(begin: () => Promise<void>): Promise<CallbackOutcome> {
  await begin();
  return { http_status: null, error: 'gone', retry_after_ms: null, gone: false };
}

function bodyOf({ event, job_id, job_type, idempotency_key, correlation }: Due): LifecycleEvent {
  const { event_id: id, type, timestamp, sequence, data } = event;
  return { id, type, timestamp: timestamp.toISOString(), sequence, job_id, job_type, idempotency_key, correlation, data };
}
