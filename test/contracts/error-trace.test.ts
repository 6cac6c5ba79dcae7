import { traceOf } from '../../contracts/error-trace';

describe('what a log keeps of an error', () => {
  it('is its kind, its code and where the code stopped, and no line of its message', () => {
    const error = Object.assign(new TypeError('the prompt says:\n    at the beach, https://example.com/?token=secret'), { code: 'ENOENT' });
    const trace = traceOf(error);
    expect(trace).toMatchObject({ name: 'TypeError', code: 'ENOENT' });
    expect(trace.frames[0]).toMatch(/^at .*error-trace\.test\.ts:\d+:\d+\)?$/);
    expect(trace.frames.length).toBeLessThanOrEqual(6);
    expect(JSON.stringify(trace)).not.toMatch(/beach|secret/);
  });

  it('is nothing of what is no error, or no code', () => {
    expect(traceOf('https://example.com/?token=secret')).toEqual({ name: 'unknown', code: null, frames: [] });
    expect(traceOf(Object.assign(new Error(''), { code: 'a b' })).code).toBeNull();
  });
});
