import type { CallbackOutcome } from '../../adapters/capabilities/callbacks';
import type { UndeliveredEvent } from '../../db/outbox';

/** Delays are stretched by up to this share, so that jobs that failed together do not come back together. */
const SPREAD = 0.1;

/** When an event is to be sent, in ms since 1970. */
export function dueAt(event: UndeliveredEvent, delays: readonly number[]): number {
  if (event.next_at) return event.next_at.getTime();
  return event.failures === 0 ? event.timestamp.getTime() + (delays[0] ?? 0) : 0;
}

interface Judging {
  outcome: CallbackOutcome;
  event: UndeliveredEvent;
  delays: readonly number[];
  now: Date;
}

export interface Verdict {
  status: 'delivered' | 'failed' | 'dead';
  next_at: Date | null;
}

/** What an attempt means for its event: it is there, it is tried again later, or it is given up. */
export function judge({ outcome, event, delays, now }: Judging): Verdict {
  if (outcome.error === null) return { status: 'delivered', next_at: null };
  const delay = delays[event.failures + 1];
  if (delay === undefined || outcome.error === 'gone') return { status: 'dead', next_at: null };
  const wait = Math.max(delay * (1 + SPREAD * spreadOf(event.event_id)), outcome.retry_after_ms ?? 0);
  return { status: 'failed', next_at: new Date(now.getTime() + wait) };
}

/** 0 to 1, the same for the same event: its id ends in random bits. */
function spreadOf(eventId: string): number {
  return Number.parseInt(eventId.slice(-4), 16) / 0xffff;
}
