import { WakingInbox } from '../../workflows/engine/inbox';
import type { RunEvent } from '../../workflows/engine/run-plan';

const LET_GO: RunEvent = { kind: 'unparked' };
const EXPIRED: RunEvent = { kind: 'deadline', gate: 'storyboard', revision: 1 };

/** How a wait ends, if it does. */
function waitFor(inbox: WakingInbox): { state: string; seen: number } {
  const wait = { state: 'waits', seen: 0 };
  inbox.arrival(
    () => Object.assign(wait, { state: 'woken', seen: inbox.length }),
    (reason) => Object.assign(wait, { state: String(reason) }),
  );
  return wait;
}

/** Lets everybody who is called run. */
async function flush(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
}

async function stateOf(wait: { state: string }): Promise<string> {
  await flush();
  return wait.state;
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
    const wait = waitFor(inbox);
    expect(await stateOf(wait)).toBe('waits');
    inbox.push(LET_GO);
    expect(wait.state).toBe('waits');
    expect(await stateOf(wait)).toBe('woken');
  });

  it('shows all that came at the same moment to the one it wakes, and wakes it once', async () => {
    const inbox = new WakingInbox();
    const wait = waitFor(inbox);
    inbox.push(LET_GO);
    inbox.push(EXPIRED);
    expect(await stateOf(wait)).toBe('woken');
    expect(wait.seen).toBe(2);
    Object.assign(wait, { state: 'goes on' });
    inbox.push(LET_GO);
    expect(await stateOf(wait)).toBe('goes on');
  });

  it('lets nobody wait while it holds something', async () => {
    const inbox = new WakingInbox();
    inbox.push(LET_GO);
    expect(await stateOf(waitFor(inbox))).toBe('woken');
    inbox.shift();
    expect(await stateOf(waitFor(inbox))).toBe('waits');
  });

  it('ends the wait of a cancelled job, and every later one, even with events', async () => {
    const inbox = new WakingInbox();
    const wait = waitFor(inbox);
    inbox.cancel('cancelled');
    expect(await stateOf(wait)).toBe('cancelled');
    inbox.push(LET_GO);
    expect(await stateOf(waitFor(inbox))).toBe('cancelled');
  });
});
