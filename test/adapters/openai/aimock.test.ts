import { LLMock } from '@copilotkit/aimock';
import { readFile } from 'node:fs/promises';
import type { Finishing } from '../../../adapters/capabilities/finishing';
import { ANY_VOICE } from '../../../contracts/media';
import { createPaidContext, type PaidContext } from '../paid/paid-context';
import { openaiAt } from './openai-bench';

/** aimock speaks the provider's protocol and is not written by this project. */
const mock = new LLMock({ port: 0 });
const LOOK = { framing: 'wide', pose: 'neutral', pose_intensity: 0.5, place: 'forest', time_of_day: 'day', mood: 'calm', background: 'tall trees', b_roll: null };
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const WAV = Buffer.concat([Buffer.from('RIFF\x24\x00\x00\x00WAVEfmt ', 'latin1'), Buffer.alloc(64)]);
let family: Awaited<ReturnType<typeof openaiAt>>;
let context: PaidContext;

/** What would be finished here is only looked at: that it is the file which the other server sent. */
const seen: { picture: Buffer | null; sound: Buffer | null } = { picture: null, sound: null };
class Looked extends Error {}
const finishing = {
  neutralImage: async ({ picture }: Parameters<Finishing['neutralImage']>[0]) => {
    seen.picture = await readFile(await context.open(picture));
    throw new Looked();
  },
  background: async ({ picture }: Parameters<Finishing['background']>[0]) => {
    seen.picture = await readFile(await context.open(picture));
    throw new Looked();
  },
  speech: async ({ audio }: Parameters<Finishing['speech']>[0]) => {
    seen.sound = await readFile(await context.open(audio));
    throw new Looked();
  },
};

beforeAll(async () => {
  const image = { image: { b64Json: PNG.toString('base64') } };
  mock.onMessage(/Birds sing/, { content: JSON.stringify({ scenes: [{ first_sentence: 1, last_sentence: 1, ...LOOK }, { first_sentence: 2, last_sentence: 2, ...LOOK }] }) });
  mock.onImage(/./, image);
  mock.onSpeech(/Birds/, { audio: WAV.toString('base64'), format: 'wav' });
  await mock.start();
  context = await createPaidContext();
  family = await openaiAt(mock.url, finishing as unknown as Finishing);
});
afterAll(async () => {
  await mock.stop();
  await context.remove();
});

describe('the OpenAI family before a server that this project did not write', () => {
  it('plans a storyboard', async () => {
    const { scenes } = await family.plan.storyboard({ script: 'Birds sing. They do.', mode: 'multi_scene', caller_scenes: null, background: null, revise: null, previous: null, seed: 1 }, context);
    expect(scenes.map(({ transcript, visual }) => [transcript, visual.place])).toEqual([['Birds sing.', 'forest'], ['They do.', 'forest']]);
    expect(context.outcomes.at(-1)?.cost_micro_usd).toBeGreaterThan(0);
  });

  it('has a background painted', async () => {
    const visual = { background: { prompt: 'trees', asset: null }, place: 'forest', time_of_day: 'day', mood: 'calm' } as const;
    await expect(family.background.perform({ visual, size: { width: 640, height: 360 }, note: null, seed: 1, scene: 1 }, context)).rejects.toThrow(Looked);
    expect(seen.picture?.equals(PNG)).toBe(true);
  });

  it('has a portrait made after a photo', async () => {
    seen.picture = null;
    const photo = await context.put('image/png', PNG);
    await expect(family.image.neutralImage({ photo, rotation: 0, seed: 1, style: null }, context)).rejects.toThrow(Looked);
    expect(seen.picture).not.toBeNull();
  });

  it('has a text spoken', async () => {
    const voice = { kind: 'stock', family: ANY_VOICE, engine: '', voice_id: ANY_VOICE, params: { rate: 1, pitch: 1, formant: 1 }, measured: null, residual: null, sample_sha256: null, warnings: [], licence: '', disclosure: '' } as const;
    const request = { transcript: 'Birds sing.', language: 'en', voice: { ...voice, warnings: [] }, rate: 1, pitch: 1, lexicon: {}, loudness_lufs: -16, previous_text: null, next_text: null };
    await expect(family.speech.perform(request, context)).rejects.toThrow(Looked);
    expect(seen.sound?.subarray(0, 4).toString()).toBe('RIFF');
  });

  it('was asked by the addresses and in the forms that it knows', () => {
    const paths = mock.getRequests().map(({ path }) => path);
    expect(paths).toEqual(['/v1/responses', '/v1/images/generations', '/v1/images/edits', '/v1/audio/speech']);
  });
});
