import pino from 'pino';
import { clientOf } from './support/client';
import { startApi } from './support/start-api';

describe('a request that fails for a reason nobody foresaw', () => {
  it('is logged by kind and place, without the words of the error', async () => {
    const api = await startApi();
    const lines: { msg?: string; name?: string; code?: string; frames?: string[] }[] = [];
    api.deps.log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    await api.deps.pool.query('alter table jobs rename column priority to secret_priority');
    const { status, body } = await clientOf(() => api).get('/v1/jobs');
    expect([status, body.code]).toEqual([500, 'internal_error']);
    const line = lines.find(({ msg }) => msg === 'request failed');
    expect(line).toMatchObject({ name: 'error', code: '42703', frames: expect.arrayContaining([expect.stringMatching(/^at .*jobs/)]) });
    expect(JSON.stringify(lines)).not.toContain('does not exist');
    await api.stop();
  });
});
