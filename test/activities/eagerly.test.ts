import { runEagerly, type EagerWork } from '../../activities/eagerly';

describe('work that is begun before its step is open', () => {
  function work(changes: Partial<EagerWork<string, string>>): { work: EagerWork<string, string>; done: string[] } {
    const done: string[] = [];
    const say = <T>(what: string, answer: T): Promise<T> => {
      done.push(what);
      return Promise.resolve(answer);
    };
    const plain: EagerWork<string, string> = {
      perform: () => say('perform', 'film'),
      record: (output) => say('record', `${output} recorded`),
      open: () => say('open', null),
      finish: (output) => say('finish', `${output} finished`),
      abandon: () => void done.push('abandon'),
    };
    return { work: { ...plain, ...changes }, done };
  }

  /** Ends when it is let go, so that it takes longer than whoever waits for it. */
  function slow(): { making: Promise<string>; letGo(output: string): void; fail(error: Error): void } {
    let letGo: (output: string) => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    const making = new Promise<string>((resolve, reject) => {
      letGo = resolve;
      fail = reject;
    });
    return { making, letGo, fail };
  }

  it('is recorded whole when it is over at once', async () => {
    const { work: quick, done } = work({});
    expect(await runEagerly(quick)).toBe('film recorded');
    expect(done).toEqual(['perform', 'record']);
  });

  it('is opened while it goes on, then finished', async () => {
    const { making, letGo } = slow();
    const { work: long, done } = work({ perform: () => making });
    const open = long.open;
    expect(await runEagerly({ ...long, open: () => open().finally(() => letGo('film')) })).toBe('film finished');
    expect(done).toEqual(['open', 'finish']);
  });

  it('gives back what another attempt had finished', async () => {
    const { work: late } = work({ record: () => Promise.resolve(null), open: () => Promise.resolve('theirs') });
    expect(await runEagerly(late)).toBe('theirs');
  });

  it('is stopped, and waited for, when another attempt has finished', async () => {
    const { making, fail } = slow();
    const { work: late, done } = work({ perform: () => making, open: () => Promise.resolve('theirs') });
    const abandon = (): void => {
      late.abandon();
      fail(new Error('aborted'));
    };
    expect(await runEagerly({ ...late, abandon })).toBe('theirs');
    expect(done).toEqual(['abandon']);
  });

  it('is stopped when its step cannot be opened', async () => {
    const { making, letGo } = slow();
    const { work: away, done } = work({ perform: () => making, open: () => Promise.reject(new Error('Postgres is away')) });
    const abandon = (): void => {
      away.abandon();
      letGo('too late');
    };
    await expect(runEagerly({ ...away, abandon })).rejects.toThrow('Postgres is away');
    expect(done).toEqual(['abandon']);
  });

  it('has a step for its error when it fails at once', async () => {
    const { work: broken, done } = work({ perform: () => Promise.reject(new Error('broken')) });
    await expect(runEagerly(broken)).rejects.toThrow('broken');
    expect(done).toEqual(['open']);
  });
});
