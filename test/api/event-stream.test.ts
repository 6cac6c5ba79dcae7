import { clientOf } from './support/client';
import { creation } from './support/data';
import { startApi, type TestApi } from './support/start-api';

describe('a quiet stream of events', () => {
  let api: TestApi;
  const { post } = clientOf(() => api);

  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.stop());

  it('carries a comment line within 15 seconds, which keeps proxies from closing it', async () => {
    const { body } = await post('/v1/jobs', await creation(api));
    const leaving = new AbortController();
    const response = await fetch(`${api.url}/v1/jobs/${body.job_id}/events/stream`, {
      headers: { authorization: `Bearer ${api.token('demo', 'backend')}`, 'last-event-id': '1' },
      signal: leaving.signal,
    });
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe(': still here\n\n');
    leaving.abort();
  });
});
