import { readFile } from 'node:fs/promises';
import type { SpeechAdapter, SpeechRequest } from '../../../adapters/capabilities/speech';
import type { VoiceAdapter, VoiceRequest } from '../../../adapters/capabilities/voice';
import { ELEVENLABS_FAMILY } from '../../../adapters/elevenlabs/family';
import { createComputePool } from '../../../adapters/local/compute/pool';
import { createLocalFamily } from '../../../adapters/local/family';
import { ANY_VOICE, type SpeechTiming, type VoiceProfile } from '../../../contracts/media';
import { projectRoot } from '../../../contracts/project-root';
import { Secret } from '../../../contracts/secret';
import { ffmpegPath } from '../local/assembly/test-context';
import { readDescription } from '../paid/api-descriptions';
import { faultOf } from '../paid/fault-of';
import { createPaidContext, type PaidContext } from '../paid/paid-context';
import { readForm, startStandIn, type StandIn } from '../paid/stand-in';

const KEY = 'xi-canary-0451';
const TEXT = 'Canary birds sing early.\n\nThey do.';
const ANY: VoiceProfile = {
  kind: 'stock', family: ANY_VOICE, engine: 'auto', voice_id: ANY_VOICE, params: { rate: 1, pitch: 1, formant: 1 },
  measured: null, residual: null, sample_sha256: null, warnings: [], licence: '', disclosure: '',
};
const CONSENT = { statement: 'Canary Smith agrees.', by: 'Canary Smith', at: '2026-11-01T00:00:00Z' };
/** What no error may say: words of the script, the key, the address. */
const PLANTED = /canary|127\.0\.0\.1/i;
const description = readDescription('elevenlabs.json');
const pool = createComputePool({ size: 2 });
const local = createLocalFamily({ pool, ffmpegPath: ffmpegPath(), tts: 'flite' });
let server: StandIn;
let speech: SpeechAdapter;
let voice: VoiceAdapter;
let context: PaidContext;
let spoken: Buffer;

beforeAll(async () => {
  server = await startStandIn();
  context = await createPaidContext();
  const account = { api_key: new Secret(KEY), base_url: server.url, max_in_flight: null, requests_per_minute: null, tariff_file: null };
  const { adapters } = await ELEVENLABS_FAMILY.load({ account, finishing: local.finishing, now: () => new Date('2026-11-25T00:00:00Z') });
  if (!adapters.speech || !adapters.voice) throw new Error('The family offers less than it says.');
  [speech, voice] = [adapters.speech, adapters.voice];
  const made = await local.speech.perform(request({ voice: { ...ANY, voice_id: 'local:slt', family: 'local' } }), context);
  spoken = await readFile(await context.open(made.audio));
});
beforeEach(() => {
  for (const list of [server.taken, context.operations, context.outcomes]) list.length = 0;
});
afterAll(async () => {
  await Promise.all([server.close(), pool.close()]);
  await context.remove();
});

function request(over: Partial<SpeechRequest> = {}): SpeechRequest {
  return { transcript: TEXT, language: 'en', voice: ANY, rate: 1, pitch: 1, lexicon: {}, loudness_lufs: -16, previous_text: null, next_text: null, ...over };
}

/** A tenth of a second a character, of the text that was asked for. */
function timesOf(text: string) {
  const characters = [...text];
  return { characters, character_start_times_seconds: characters.map((_, at) => at / 10), character_end_times_seconds: characters.map((_, at) => (at + 1) / 10) };
}

function answerSpeech(alignment: (text: string) => object | null, headers: Record<string, string> = {}): void {
  server.answer(({ body }) => {
    const { text } = JSON.parse(body.toString('utf8')) as { text: string };
    const answer = { audio_base64: spoken.toString('base64'), alignment: alignment(text), normalized_alignment: null };
    if (description) expect(description.problemsOf('AudioWithTimestampsResponseModel', answer)).toEqual([]);
    return { body: answer, headers };
  });
}

async function speak(over: Partial<SpeechRequest> = {}) {
  const output = await speech.perform(request(over), context);
  return { output, timing: JSON.parse(await readFile(await context.open(output.timing), 'utf8')) as SpeechTiming };
}

describe('ElevenLabs speech', () => {
  it('takes the times of words from those of characters', async () => {
    answerSpeech(timesOf);
    const { output, timing } = await speak();
    expect(output).toMatchObject({ timing_source: 'provider', confidence: 1, engine: 'eleven_multilingual_v2', voice_id: 'elevenlabs:21m00Tcm4TlvDq8ikWAM', words: 6 });
    expect(timing.words.map(({ text }) => text)).toEqual(['Canary', 'birds', 'sing', 'early.', 'They', 'do.']);
    const first = timing.words[0]?.start_ms ?? 0;
    expect(timing.words.map(({ start_ms, end_ms }) => [start_ms - first, end_ms - first])).toEqual([[0, 600], [700, 1200], [1300, 1700], [1800, 2400], [2600, 3000], [3100, 3400]]);
  });

  it('shows the words of the script where others were said', async () => {
    answerSpeech(timesOf);
    const { timing } = await speak({ transcript: '[[pause 1s]] Ask ACME now.', lexicon: { acme: 'ack mee' } });
    expect(timing.words.map(({ text }) => text)).toEqual(['Ask', 'ACME', 'now.']);
    expect((timing.words[1]?.end_ms ?? 0) - (timing.words[1]?.start_ms ?? 0)).toBe(700);
    expect(timing.source).toBe('provider');
  });

  it.each([['none', () => null], ['those of another text', () => timesOf('Something else.')]])('aligns by itself when the times are %s', async (_name, times) => {
    answerSpeech(times);
    expect((await speak()).timing.source).toBe('forced_alignment');
  });

  it('asks once, in the published form', async () => {
    answerSpeech(timesOf);
    await speak({ rate: 1.1, previous_text: 'Before.' });
    const [taken] = server.taken;
    const body = JSON.parse(taken?.body.toString('utf8') ?? '') as object;
    expect(taken).toMatchObject({ method: 'POST', path: '/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM/with-timestamps?output_format=mp3_44100_128', headers: { 'xi-api-key': KEY } });
    expect(body).toEqual({ model_id: 'eleven_multilingual_v2', text: TEXT, previous_text: 'Before.', voice_settings: { speed: 1.1 } });
    if (description) expect(description.problemsOf('Body_Text_to_speech_with_timestamps_v1_text_to_speech__voice_id__with_timestamps_post', body)).toEqual([]);
    expect(server.taken).toHaveLength(1);
  });

  it('costs the characters that the provider counted, or those that were sent', async () => {
    answerSpeech(timesOf, { 'character-cost': '20' });
    await speak();
    answerSpeech(timesOf);
    await speak();
    expect(context.outcomes.map(({ cost_micro_usd }) => cost_micro_usd)).toEqual([20 * 100, TEXT.length * 100]);
  });

  it('keeps to its own voices and to the pace that they can keep', () => {
    const own: VoiceProfile = { ...ANY, kind: 'cloned', family: 'elevenlabs', voice_id: 'elevenlabs:abc' };
    expect(speech.supports(request({ voice: own }))).toEqual({ ok: true });
    const foreign = [request({ voice: { ...own, family: 'openai', voice_id: 'openai:alloy' } }), request({ voice: { ...own, family: 'local', voice_id: 'local:rms' } }), request({ rate: 1.5 })];
    expect(foreign.map((one) => speech.supports(one).ok)).toEqual([false, false, false]);
  });

  it.each<[string, number, object, object]>([
    ['too many requests at once', 429, { detail: { status: 'too_many_concurrent_requests', message: 'canary' } }, { kind: 'capacity', charged: 'no' }],
    ['a busy system', 429, { detail: { status: 'system_busy', message: 'canary' } }, { kind: 'rate_limited', charged: 'no' }],
    ['an empty account', 401, { detail: { status: 'quota_exceeded', message: 'canary' } }, { kind: 'quota_exhausted', charged: 'no' }],
    ['a wrong key', 401, { detail: { status: 'invalid_api_key', message: 'canary' } }, { kind: 'auth', charged: 'no' }],
    ['a voice that nobody knows', 404, { detail: { status: 'voice_not_found', message: 'canary' } }, { kind: 'unsupported', charged: 'no' }],
    ['a voice that was not verified', 403, { detail: { status: 'voice_requires_verification', message: 'canary' } }, { kind: 'unsupported', charged: 'no' }],
    ['a wrong form', 422, { detail: [{ loc: ['body'], msg: 'canary', type: 'missing' }] }, { kind: 'bad_input', charged: 'no' }],
    ['sound that is none', 200, { audio_base64: Buffer.from('canary').toString('base64') }, { kind: 'bad_output', charged: 'yes' }],
    ['an answer that is none', 200, { hello: 'canary' }, { kind: 'submit_unknown', charged: 'unknown' }],
  ])('takes %s for what it is', async (_name, status, body, facts) => {
    server.answer(() => ({ status, body }));
    expect(await faultOf(speech.perform(request(), context), PLANTED)).toMatchObject({ name: 'ProviderFault', ...facts });
    expect(server.taken).toHaveLength(1);
  });
});

describe('ElevenLabs voices', () => {
  let sample: VoiceRequest['sample'];
  beforeAll(async () => {
    const folder = `${projectRoot()}/assets/voices/sense_and_sensibility_01_austen_64kb-`;
    sample = await context.put('audio/wav', await readFile(`${folder}0870.wav`));
  });
  const wish = (over: Partial<VoiceRequest> = {}): VoiceRequest => ({ sample, transcript: null, name: 'Canary Smith', consent: CONSENT, ...over });

  it('are cloned from the sample, labelled with the operation and the consent, and without a name', async () => {
    server.answer(() => ({ body: { voice_id: 'abc', requires_verification: false } }));
    const { profile } = await voice.perform(wish(), context);
    expect(profile).toMatchObject({ kind: 'cloned', family: 'elevenlabs', voice_id: 'elevenlabs:abc', sample_sha256: sample.sha256 });
    expect(profile.measured?.['median_f0_hz']).toBeGreaterThan(80);
    const form = await readForm(server.taken[0]!);
    const labels = JSON.parse(String(form.get('labels'))) as Record<string, string>;
    expect(labels).toEqual({ understudy_operation: 'op_1', understudy_consent: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(Buffer.from(await (form.get('files') as File).arrayBuffer())).toHaveLength(sample.bytes);
    expect(server.taken[0]?.body.includes('Smith')).toBe(false);
    const fields = { name: form.get('name'), labels: form.get('labels'), remove_background_noise: false, files: ['bytes'] };
    if (description) expect(description.problemsOf('Body_Add_voice_v1_voices_add_post', fields)).toEqual([]);
  });

  it('are not cloned without consent, and nothing is sent', async () => {
    expect(voice.supports(wish({ consent: null }))).toMatchObject({ ok: false, reason: expect.stringContaining('consent') });
    expect(await faultOf(voice.perform(wish({ consent: null }), context), PLANTED)).toMatchObject({ kind: 'bad_input', charged: 'no' });
    expect(server.taken).toHaveLength(0);
  });

  it('are not cloned from a sample that holds no voice', async () => {
    const silent = await context.put('audio/wav', Buffer.alloc(4_000));
    await expect(voice.perform(wish({ sample: silent }), context)).rejects.toMatchObject({ name: 'VoiceSampleRejected' });
    expect(server.taken).toHaveLength(0);
  });

  it('say that the provider wants a proof', async () => {
    server.answer(() => ({ body: { voice_id: 'abc', requires_verification: true } }));
    const { profile } = await voice.perform(wish(), context);
    expect(profile.warnings.at(-1)).toContain('verified');
  });

  it('are found again by their label, looked at, and taken back', async () => {
    server.answer(() => ({ body: { voice_id: 'abc', requires_verification: false } }));
    await voice.perform(wish(), context);
    const [operation] = context.operations;
    const { find, poll, cancel, request: frozen } = operation!;
    const call = await context.callFor('op_1');
    const known = [{ voice_id: 'other', labels: {} }, { voice_id: 'mine', labels: { understudy_operation: 'op_1' } }];
    server.answer(({ method, path }) => ({ body: method === 'DELETE' ? { status: 'ok' } : path === '/v1/voices' ? { voices: known } : { voice_id: 'mine', voice_verification: { requires_verification: true } } }));
    expect(await find?.(frozen, call)).toEqual({ id: 'mine' });
    expect(await find?.(frozen, await context.callFor('op_2'))).toBeNull();
    expect(await poll?.({ id: 'mine' }, frozen, call)).toMatchObject({ kind: 'succeeded', outcome: { meta: { voice_id: 'mine', requires_verification: true } } });
    expect(await cancel?.({ id: 'mine' }, frozen, call)).toBe('cancelled');
    expect(server.taken.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/voices', 'GET /v1/voices', 'GET /v1/voices/mine', 'DELETE /v1/voices/mine']);
  });

  it('are deleted when the person wants it, also where they are gone already; speech leaves nothing to delete', async () => {
    server.answer(() => ({ body: { voice_id: 'mine', requires_verification: false } }));
    await voice.perform(wish(), context);
    const { forget } = context.operations[0]!;
    const call = await context.callFor('op_1');
    const clone = { files: {}, meta: { voice_id: 'mine' } };
    server.answer(() => ({ body: { status: 'ok' } }));
    await forget?.(clone, call);
    server.answer(() => ({ status: 404, body: { detail: { status: 'voice_not_found' } } }));
    await forget?.(clone, call);
    await forget?.({ files: {}, meta: { words: [] } }, call);
    server.answer(() => ({ status: 500, body: {} }));
    await expect(forget?.(clone, call)).rejects.toMatchObject({ name: 'ProviderFault' });
    expect(server.taken.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual(Array<string>(3).fill('DELETE /v1/voices/mine'));
  });
});
