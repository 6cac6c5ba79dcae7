import { dueAt, judge } from '../../activities/callbacks/judge';
import { STANDARD_DELAYS_MS } from '../../adapters/callbacks/create-callbacks';
import type { CallbackOutcome } from '../../adapters/capabilities/callbacks';
import { newId } from '../../contracts/ids';
import type { UndeliveredEvent } from '../../db/outbox';

const HOUR_MS = 3_600_000;
const REFUSED: CallbackOutcome = { http_status: 503, error: 'status_not_2xx', retry_after_ms: null, gone: false };
const START = new Date('2026-11-25T00:00:00Z');

function event(failures: number, next_at: Date | null = null): UndeliveredEvent {
  return { event_id: newId('event', START), sequence: 1, type: 'job.accepted', timestamp: START, data: {}, failures, next_at, requested: false };
}

describe('an event whose receiver is down', () => {
  it('is tried ten times over 76 hours, and then given up', () => {
    let at = START.getTime();
    let tries = 0;
    for (let next: Date | null = START; next !== null; ) {
      at = Math.max(at, dueAt(event(tries, tries === 0 ? null : next), STANDARD_DELAYS_MS));
      const verdict = judge({ outcome: REFUSED, event: event(tries), delays: STANDARD_DELAYS_MS, now: new Date(at) });
      tries += 1;
      next = verdict.next_at;
      expect(verdict.status).toBe(next === null ? 'dead' : 'failed');
    }
    expect(tries).toBe(10);
    const hours = (at - START.getTime()) / HOUR_MS;
    // Spread by up to a tenth, so that jobs that failed together do not come back together.
    expect(hours).toBeGreaterThanOrEqual(75.5);
    expect(hours).toBeLessThanOrEqual(83.2);
  });

  it('waits as long as it asks, but never less than the schedule says', () => {
    const wait = (retry_after_ms: number) => (judge({ outcome: { ...REFUSED, retry_after_ms }, event: event(0), delays: [0, 5_000], now: START }).next_at?.getTime() ?? 0) - START.getTime();
    expect(wait(60_000)).toBe(60_000);
    expect(wait(1)).toBeGreaterThanOrEqual(5_000);
  });

  it('is given up at once where the receiver says that it is gone', () => {
    expect(judge({ outcome: { ...REFUSED, http_status: 410, error: 'gone', gone: true }, event: event(0), delays: STANDARD_DELAYS_MS, now: START })).toEqual({ status: 'dead', next_at: null });
  });
});
