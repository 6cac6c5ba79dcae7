import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { BackgroundRequest } from '../../../adapters/capabilities/background';
import type { SpeechRequest } from '../../../adapters/capabilities/speech';
import { createComputePool } from '../../../adapters/local/compute/pool';
import { createLocalFamily } from '../../../adapters/local/family';
import { ANY_VOICE, type SpeechTiming, type VoiceProfile } from '../../../contracts/media';
import { ffmpegPath } from '../local/assembly/test-context';
import { portrait } from '../local/image/portrait';
import { readDescription } from '../paid/api-descriptions';
import { faultOf } from '../paid/fault-of';
import { createPaidContext, type PaidContext } from '../paid/paid-context';
import { readForm, startStandIn, type StandIn } from '../paid/stand-in';
import { CANARY_KEY, openaiAt } from './openai-bench';

const TEXT = 'Canary birds sing early in the morning.';
const ANY: VoiceProfile = {
  kind: 'stock', family: ANY_VOICE, engine: 'auto', voice_id: ANY_VOICE, params: { rate: 1, pitch: 1, formant: 1 },
  measured: null, residual: null, sample_sha256: null, warnings: [], licence: '', disclosure: '',
};
const USAGE = { total_tokens: 5_000, input_tokens: 1_000, output_tokens: 4_000, input_tokens_details: { text_tokens: 200, image_tokens: 800 } };

/** What no error may say: words of the script, the key, the address. */
const PLANTED = /canary|127\.0\.0\.1/i;
const description = readDescription('openai.json');
const pool = createComputePool({ size: 2 });
const local = createLocalFamily({ pool, ffmpegPath: ffmpegPath(), tts: 'flite' });
let server: StandIn;
let family: Awaited<ReturnType<typeof openaiAt>>;
let context: PaidContext;
/** What flite says, as this provider would send it. */
let spoken: Buffer;

beforeAll(async () => {
  server = await startStandIn();
  family = await openaiAt(server.url, local.finishing);
  context = await createPaidContext();
  const made = await local.speech.perform(speech({ voice: { ...ANY, voice_id: 'local:slt', family: 'local' } }), context);
  spoken = await readFile(await context.open(made.audio));
});
beforeEach(() => {
  for (const list of [server.taken, context.operations, context.outcomes]) list.length = 0;
});
afterAll(async () => {
  await Promise.all([server.close(), pool.close()]);
  await context.remove();
});

function speech(over: Partial<SpeechRequest> = {}): SpeechRequest {
  return { transcript: TEXT, language: 'en', voice: ANY, rate: 1, pitch: 1, lexicon: {}, loudness_lufs: -16, previous_text: null, next_text: null, ...over };
}

function background(over: Partial<BackgroundRequest> = {}): BackgroundRequest {
  const visual = { background: { prompt: 'canary yellow walls', asset: null }, place: 'office', time_of_day: 'day', mood: 'calm' } as const;
  return { visual, size: { width: 854, height: 480 }, note: null, seed: 1, scene: 1, ...over };
}

const png = (picture: sharp.Sharp) => picture.png().toBuffer();
const wall = () => sharp({ create: { width: 1344, height: 768, channels: 3, background: '#c9a227' } });

async function answerPicture(picture: sharp.Sharp): Promise<void> {
  const body = { created: 1_764_000_000, data: [{ b64_json: (await png(picture)).toString('base64') }], usage: USAGE };
  if (description) expect(description.problemsOf('ImagesResponse', body)).toEqual([]);
  server.answer(() => ({ body }));
}

describe('OpenAI speech', () => {
  it('becomes a clip with aligned words', async () => {
    server.answer(() => ({ body: spoken, headers: { 'content-type': 'audio/wav' } }));
    const made = await family.speech.perform(speech(), context);
    expect(made).toMatchObject({ engine: 'gpt-4o-mini-tts', voice_id: 'openai:cedar', timing_source: 'forced_alignment', words: 7 });
    expect(made.duration_ms % 40).toBe(0);
    const timing = JSON.parse(await readFile(await context.open(made.timing), 'utf8')) as SpeechTiming;
    expect(timing.words.map(({ text }) => text).join(' ')).toBe(TEXT);
  });

  it('asks in the published form, with the text as it is to be said', async () => {
    server.answer(() => ({ body: spoken }));
    await family.speech.perform(speech({ transcript: '[[pause 1s]] Canary birds [[pause 600ms]] sing.', lexicon: { birds: 'burds' }, rate: 1.25 }), context);
    const body = JSON.parse(server.taken[0]?.body.toString('utf8') ?? '') as object;
    expect(body).toEqual({ model: 'gpt-4o-mini-tts', voice: 'cedar', input: 'Canary burds sing.', response_format: 'wav', speed: 1.25 });
    if (description) expect(description.problemsOf('CreateSpeechRequest', body)).toEqual([]);
    expect(server.taken[0]).toMatchObject({ path: '/v1/audio/speech', headers: { authorization: `Bearer ${CANARY_KEY}` } });
  });

  it('costs its length by the tariff', async () => {
    server.answer(() => ({ body: spoken }));
    await family.speech.perform(speech(), context);
    expect(context.outcomes[0]?.cost_micro_usd).toBe(Math.ceil((spoken.length / 48_000 / 60) * 15_000));
  });

  it('refuses foreign voices, other languages and texts that are too long before anything is paid', () => {
    const cloned: VoiceProfile = { ...ANY, kind: 'cloned', family: 'elevenlabs', voice_id: 'elevenlabs:abc' };
    const refused = [speech({ voice: cloned }), speech({ language: 'de' }), speech({ transcript: 'word '.repeat(900) }), speech({ rate: 5 })].map(family.speech.supports);
    expect(refused.map(({ ok }) => ok)).toEqual([false, false, false, false]);
    expect(family.speech.supports(speech({ voice: { ...ANY, family: 'openai', voice_id: 'openai:marin' } }))).toEqual({ ok: true });
  });
});

describe('OpenAI pictures', () => {
  it('make a neutral image after the photo, which goes out upright and without metadata', async () => {
    await answerPicture(portrait());
    const photo = await context.put('image/jpeg', await portrait().resize(2400).rotate(90).withExif({ IFD0: { Copyright: 'Canary Ltd' } }).jpeg().toBuffer());
    const made = await family.image.neutralImage({ photo, rotation: 270, seed: 1, style: 'warm light' }, context);
    expect(made).toMatchObject({ neutral: { content_type: 'image/png' }, plate: { content_type: 'image/png' } });
    const form = await readForm(server.taken[0]!);
    const sent = form.get('image[]') as File;
    const facts = await sharp(await sent.arrayBuffer()).metadata();
    const original = await portrait().metadata();
    expect([facts.format, facts.exif, facts.width > facts.height]).toEqual(['png', undefined, original.width > original.height]);
    expect(Math.max(facts.width, facts.height)).toBe(1536);
    const fields = Object.fromEntries([...form.entries()].filter(([, value]) => typeof value === 'string'));
    expect(fields).toMatchObject({ model: 'gpt-image-2', size: '1024x1024', quality: 'high', output_format: 'png' });
    expect(fields['prompt']).toContain('warm light');
    if (description) expect(description.problemsOf('CreateImageEditRequest', { ...fields, image: ['bytes'] })).toEqual([]);
    expect(server.taken[0]?.path).toBe('/v1/images/edits');
  });

  it('are made once more where the first shows no face, and are both paid', async () => {
    const pictures = [await png(wall()), await png(portrait())];
    server.answer(() => ({ body: { created: 1, data: [{ b64_json: (pictures.shift() ?? Buffer.alloc(0)).toString('base64') }], usage: USAGE } }));
    const photo = await context.put('image/png', await png(portrait()));
    const made = await family.image.neutralImage({ photo, rotation: 0, seed: 1, style: null }, context);
    expect(made.plate.content_type).toBe('image/png');
    expect(context.operations.map(({ part }) => part)).toEqual(['', 'again']);
    expect(context.outcomes.map(({ cost_micro_usd }) => cost_micro_usd > 0)).toEqual([true, true]);
  });

  it('are a bad output when the second shows none either, and no third is asked for', async () => {
    await answerPicture(wall());
    const photo = await context.put('image/png', await png(portrait()));
    expect(await faultOf(family.image.neutralImage({ photo, rotation: 0, seed: 1, style: null }, context), PLANTED)).toMatchObject({ kind: 'bad_output', charged: 'yes' });
    expect(server.taken).toHaveLength(2);
  });

  it('cost what their tokens cost', async () => {
    await answerPicture(wall());
    await family.background.perform(background(), context);
    expect(context.outcomes[0]?.cost_micro_usd).toBe(200 * 5 + 800 * 8 + 4_000 * 30);
    expect(context.operations[0]?.estimate.high).toBeGreaterThan(context.operations[0]?.estimate.low ?? 0);
  });

  it('fill the frame of a background, asked for in the published form', async () => {
    await answerPicture(wall());
    const made = await family.background.perform(background(), context);
    expect(await sharp(await context.open(made.image)).metadata()).toMatchObject({ width: 854, height: 480 });
    const body = JSON.parse(server.taken[0]?.body.toString('utf8') ?? '') as Record<string, unknown>;
    expect(body).toMatchObject({ model: 'gpt-image-2', size: '1344x752', quality: 'medium', n: 1 });
    expect(body['prompt']).toContain('canary yellow walls');
    if (description) expect(description.problemsOf('CreateImageRequest', body)).toEqual([]);
  });

  it('cost nothing where the caller brings one, and are changed after it where a reviewer wishes', async () => {
    await answerPicture(wall());
    const asset = await context.put('image/png', await png(wall()));
    const visual = { ...background().visual, background: { prompt: null, asset } };
    expect((await family.background.perform(background({ visual }), context)).description).toBe("the caller's own picture");
    expect(context.operations).toHaveLength(0);
    await family.background.perform(background({ visual, note: 'more light' }), context);
    expect(server.taken.map(({ path }) => path)).toEqual(['/v1/images/edits']);
  });

  it('draw the character sheet here, for nothing', async () => {
    const photo = await context.put('image/png', await png(portrait()));
    const identity = await local.image.neutralImage({ photo, rotation: 0, seed: 1, style: null }, context);
    const sheet = await family.image.characterSheet({ ...identity, title: 'A', seed: 1 }, context);
    expect(sheet.views.length).toBeGreaterThan(3);
    expect([server.taken.length, family.image.estimate('character_sheet')]).toEqual([0, { low: 0, high: 0 }]);
  });

  it.each<[string, number, object, object]>([
    ['a blocked prompt', 400, { error: { code: 'moderation_blocked', type: 'image_generation_user_error', message: 'canary' } }, { kind: 'content_rejected' }],
    ['a spent budget', 400, { error: { code: 'billing_hard_limit_reached', type: 'invalid_request_error', message: 'canary' } }, { kind: 'quota_exhausted', charged: 'no' }],
    ['a wrong size', 400, { error: { code: 'invalid_value', type: 'invalid_request_error', message: 'canary' } }, { kind: 'bad_input', charged: 'no' }],
    ['a busy engine', 503, { error: { code: 'slow_down', type: 'server_error', message: 'canary' } }, { kind: 'capacity', charged: 'no' }],
    ['no picture', 200, { created: 1, data: [] }, { kind: 'bad_output', charged: 'yes' }],
    ['a picture that is none', 200, { created: 1, data: [{ b64_json: Buffer.from('canary').toString('base64') }] }, { kind: 'bad_output', charged: 'yes' }],
  ])('take %s for what it is', async (_name, status, body, facts) => {
    server.answer(() => ({ status, body }));
    expect(await faultOf(family.background.perform(background(), context), PLANTED)).toMatchObject({ name: 'ProviderFault', ...facts });
    expect(server.taken).toHaveLength(1);
  });
});
