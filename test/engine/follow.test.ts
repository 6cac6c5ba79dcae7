import { follow, type Story } from '../../workflows/engine/follow';
import { WakingInbox } from '../../workflows/engine/inbox';

/** Waits for an event, then for a promise, and tells what came. */
function* twoWaits(inbox: WakingInbox, log: string[], second: Promise<void>): Story<string> {
  yield null;
  log.push(inbox.shift()?.kind ?? 'nothing');
  yield second;
  log.push('went on');
  return 'the end';
}

describe('a story that is followed', () => {
  it('goes on with events and promises to what it returns', async () => {
    const inbox = new WakingInbox();
    const log: string[] = [];
    const end = follow(twoWaits(inbox, log, Promise.resolve()), inbox);
    expect(log).toEqual([]);
    inbox.push({ kind: 'unparked' });
    expect(await end).toBe('the end');
    expect(log).toEqual(['unparked', 'went on']);
  });

  it('ends with the failure of what it waits for', async () => {
    const inbox = new WakingInbox();
    const log: string[] = [];
    const end = follow(twoWaits(inbox, log, Promise.reject(new Error('not stored'))), inbox);
    inbox.push({ kind: 'unparked' });
    await expect(end).rejects.toThrow('not stored');
    expect(log).toEqual(['unparked']);
  });

  it('ends where it is cancelled while it waits for an event', async () => {
    const inbox = new WakingInbox();
    const log: string[] = [];
    const end = follow(twoWaits(inbox, log, Promise.resolve()), inbox);
    inbox.cancel(new Error('cancelled'));
    inbox.push({ kind: 'unparked' });
    await expect(end).rejects.toThrow('cancelled');
    expect(log).toEqual([]);
  });

  it('ends with what it throws, at its start or later', async () => {
    const inbox = new WakingInbox();
    function* broken(waits: boolean): Story<void> {
      if (waits) yield Promise.resolve();
      throw new Error('a bug');
    }
    await expect(follow(broken(false), inbox)).rejects.toThrow('a bug');
    await expect(follow(broken(true), inbox)).rejects.toThrow('a bug');
  });
});
