import OpenAI, { toFile } from 'openai';
import { startFaultServer, type FaultServer } from '../../conformance/fault-server';

/** The provider's own client reads what our stand-in says: what it understands, the real service may say. */
describe('the official OpenAI client before our fault server', () => {
  let server: FaultServer;
  let client: OpenAI;
  beforeAll(async () => {
    server = await startFaultServer();
    client = new OpenAI({ apiKey: 'conformance-key', baseURL: `${server.url}/v1`, maxRetries: 0 });
  });
  afterAll(() => server.close());

  it('reads pictures and what they cost', async () => {
    const made = await client.images.generate({ model: 'gpt-image-2', prompt: 'a canary' });
    expect(Buffer.from(made.data?.[0]?.b64_json ?? '', 'base64').toString('latin1', 1, 4)).toBe('PNG');
    expect(made.usage).toMatchObject({ input_tokens: 300, output_tokens: 1_000, input_tokens_details: { image_tokens: 200 } });
  });

  it('sends a picture to change in the form that the stand-in reads', async () => {
    const image = await toFile(Buffer.from('a picture'), 'photo.png', { type: 'image/png' });
    const made = await client.images.edit({ model: 'gpt-image-2', image: [image], prompt: 'the same canary' });
    expect(made.data).toHaveLength(1);
    expect(server.creates.at(-1)).toMatchObject({ model: 'gpt-image-2', prompt: 'the same canary' });
  });

  it('reads speech as bytes', async () => {
    const made = await client.audio.speech.create({ model: 'gpt-4o-mini-tts', voice: 'cedar', input: 'A canary sings.' });
    expect(Buffer.from(await made.arrayBuffer()).toString('latin1', 0, 3)).toBe('ID3');
  });

  it('reads a plan and its tokens', async () => {
    const made = await client.responses.create({ model: 'gpt-5.4-mini', input: 'A canary sings.' });
    expect(JSON.parse(made.output_text)).toMatchObject({ scenes: [{ first_sentence: 1 }, { first_sentence: 2 }] });
    expect(made.usage).toMatchObject({ input_tokens: 900, output_tokens: 120 });
  });

  it('reads a refusal by its code', async () => {
    const stranger = new OpenAI({ apiKey: 'x', baseURL: `${server.url}/v1`, maxRetries: 0, defaultHeaders: { authorization: 'none' } });
    await expect(stranger.images.generate({ prompt: 'a canary' })).rejects.toMatchObject({ status: 401, type: 'invalid_request_error' });
  });
});
