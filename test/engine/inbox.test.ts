import { WakingInbox } from '../../workflows/engine/inbox';
import type { RunEvent } from '../../workflows/engine/run-plan';

const LET_GO: RunEvent = { kind: 'unparked' };
const EXPIRED: RunEvent = { kind: 'deadline', gate: 'storyboard', revision: 1 };

/** What a wait has come to after everybody who is called has run. */
async function stateOf(wait: Promise<void>): Promise<string> {
  let state = 'waits';
  wait.then(
    () => (state = 'woken'),
    (reason: unknown) => (state = String(reason)),
  );
  for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
  return state;
}

describe('the inbox of a run', () => {
  it('gives events in the order in which they came', () => {
    const inbox = new WakingInbox();
    inbox.push(LET_GO);
    inbox.push(EXPIRED);
    expect([inbox.length, inbox.shift(), inbox.shift(), inbox.shift(), inbox.length]).toEqual([2, LET_GO, EXPIRED, undefined, 0]);
  });

  it('wakes who waits with the next event, and not before', async () => {
    const inbox = new WakingInbox();
    const wait = inbox.arrival();
    expect(await stateOf(wait)).toBe('waits');
    inbox.push(LET_GO);
    expect(await stateOf(wait)).toBe('woken');
  });

  it('shows all that came at the same moment to the one it wakes', async () => {
    const inbox = new WakingInbox();
    const seen = inbox.arrival().then(() => inbox.length);
    inbox.push(LET_GO);
    inbox.push(EXPIRED);
    expect(await seen).toBe(2);
  });

  it('lets nobody wait while it holds something', async () => {
    const inbox = new WakingInbox();
    inbox.push(LET_GO);
    expect(await stateOf(inbox.arrival())).toBe('woken');
    inbox.shift();
    expect(await stateOf(inbox.arrival())).toBe('waits');
  });

  it('ends the wait of a cancelled job, and every later one, even with events', async () => {
    const inbox = new WakingInbox();
    const wait = inbox.arrival();
    inbox.cancel('cancelled');
    expect(await stateOf(wait)).toBe('cancelled');
    inbox.push(LET_GO);
    expect(await stateOf(inbox.arrival())).toBe('cancelled');
  });
});
