import { createFalClient } from '@fal-ai/client';
import { startFaultServer, type FaultServer } from '../../conformance/fault-server';
import { mediaOf } from '../../conformance/server/media';

/** If fal's own client understands our server, the server is true enough to judge our adapter. */
describe('fal’s own client', () => {
  let server: FaultServer;
  beforeAll(async () => (server = await startFaultServer()));
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  /** It knows no other address than fal's, so its requests are turned to ours on the way. */
  function client() {
    const turned: typeof fetch = (input, init) => fetch(String(input instanceof Request ? input.url : input).replace(/^https:\/\/[\w.]*fal\.(run|ai)/, server.url), init);
    return createFalClient({ credentials: 'conformance-key', fetch: turned });
  }

  it('submits, follows and collects a job of our fault server', async () => {
    server.settings.hold = 'running';
    const states: string[] = [];
    const { data, requestId } = await client().subscribe('fal-ai/sync-lipsync/v3', {
      input: { video_url: 'https://assets.example/a.mp4', audio_url: 'https://assets.example/a.wav' },
      pollInterval: 30,
      onQueueUpdate: ({ status }) => {
        states.push(status);
        if (status === 'IN_PROGRESS') server.settings.hold = null;
      },
    });
    expect(requestId).toBe(server.creates[0]?.id);
    expect(states).toContain('IN_PROGRESS');
    expect(states.at(-1)).toBe('COMPLETED');
    const { url } = (data as { video: { url: string } }).video;
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(await mediaOf('mp4'))).toBe(true);
  });

  it('cancels a job that waits there', async () => {
    server.settings.hold = 'queue';
    const { request_id } = await client().queue.submit('fal-ai/flux/dev', { input: { prompt: 'an office' } });
    await client().queue.cancel('fal-ai/flux/dev', { requestId: request_id });
    expect(server.creates).toMatchObject([{ id: request_id, model: 'fal-ai/flux/dev', prompt: 'an office', cancelled: true }]);
  });

  it('reads a refusal of our fault server as one of fal’s', async () => {
    server.script.push({ route: 'submit', contains: '', times: 1, after: 0, accepted: false, delay_ms: 0, act: 'answer', status: 422, headers: {}, body: { detail: [{ type: 'missing', loc: ['body', 'prompt'], msg: 'Field required' }] } });
    const failed = client().queue.submit('fal-ai/flux/dev', { input: { prompt: '' } });
    await expect(failed).rejects.toMatchObject({ name: 'ValidationError', status: 422 });
  });

  it('repeats a submit that was cut off, and is billed twice: why the product does not use it', async () => {
    server.script.push({ route: 'submit', contains: '', times: 1, after: 0, accepted: true, delay_ms: 0, act: 'answer', status: 503, headers: {}, body: { detail: 'busy' } });
    await client().queue.submit('fal-ai/flux/dev', { input: { prompt: 'twice' } });
    expect(server.creates.map(({ prompt }) => prompt)).toEqual(['twice', 'twice']);
  });
});
