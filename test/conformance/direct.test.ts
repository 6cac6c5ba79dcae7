import type { WorkContext } from '../../adapters/capabilities/adapter';
import type { Finishing } from '../../adapters/capabilities/finishing';
import type { SpeechRequest } from '../../adapters/capabilities/speech';
import { ANY_VOICE } from '../../contracts/media';
import { ELEVENLABS_FAMILY } from '../../adapters/elevenlabs/family';
import { OPENAI_FAMILY } from '../../adapters/openai/family';
import type { CapabilityAdapters, ProviderFamily } from '../../adapters/provider-family';
import { Secret } from '../../contracts/secret';
import { captureOperation } from './capture';
import { describePaid, type PaidRow } from './paid-suite';

const SPEECH: SpeechRequest = {
  transcript: 'A short sentence for the provider.',
  language: 'en',
  voice: {
    ...{ kind: 'stock', family: ANY_VOICE, engine: 'auto', voice_id: ANY_VOICE, params: { rate: 1, pitch: 1, formant: 1 } },
    ...{ measured: null, residual: null, sample_sha256: null, warnings: [], licence: '', disclosure: '' },
  },
  ...{ rate: 1, pitch: 1, lexicon: {}, loudness_lufs: -16, previous_text: null, next_text: null },
};
const BACKGROUND = { visual: { background: { prompt: 'a bright office', asset: null }, place: 'office', time_of_day: 'day', mood: 'calm' }, size: { width: 1280, height: 720 }, note: null, seed: 7, scene: 2 } as const;

/** Nothing of it is asked before the purchase. */
const finishing = {} as Finishing;

type Perform = (adapters: CapabilityAdapters, context: WorkContext) => Promise<unknown>;

function rowOf(name: string, made: { family: ProviderFamily; prefix: string; submit: string; perform: Perform }, codes: PaidRow['codes']): PaidRow {
  return {
    name,
    routes: { submit: made.submit },
    operation: async (url) => {
      const account = { api_key: new Secret('conformance-key'), base_url: `${url}${made.prefix}`, max_in_flight: null, requests_per_minute: null, tariff_file: null };
      const { adapters } = await made.family.load({ account, finishing, now: () => new Date() });
      return captureOperation((context) => made.perform(adapters as CapabilityAdapters, context));
    },
    expectFiles: (files) => expect(Object.values(files).map((bytes) => bytes.length > 1_000)).toEqual([true]),
    codes,
  };
}

const openaiError = (code: string) => ({ error: { message: 'a sentence', type: 'error', param: null, code } });
const OPENAI_CODES: PaidRow['codes'] = [
  { name: 'an account without credit', on: 'submit', status: 429, body: openaiError('insufficient_quota'), kind: 'quota_exhausted' },
  { name: 'a limit of the bill', on: 'submit', status: 400, body: openaiError('billing_hard_limit_reached'), kind: 'quota_exhausted' },
  { name: 'refused content', on: 'submit', status: 400, body: openaiError('moderation_blocked'), kind: 'content_rejected' },
  { name: 'a model that is gone', on: 'submit', status: 400, body: openaiError('model_not_found'), kind: 'unsupported' },
];
const elevenlabsError = (status: string) => ({ detail: { status, message: 'a sentence' } });
const ELEVENLABS_CODES: PaidRow['codes'] = [
  { name: 'an account without credit', on: 'submit', status: 401, body: elevenlabsError('quota_exceeded'), kind: 'quota_exhausted' },
  { name: 'too many at once', on: 'submit', status: 429, body: elevenlabsError('too_many_concurrent_requests'), kind: 'capacity' },
  { name: 'a busy system', on: 'submit', status: 429, body: elevenlabsError('system_busy'), kind: 'rate_limited' },
  { name: 'a field of the wrong form', on: 'submit', status: 422, body: { detail: [{ loc: ['body', 'text'], msg: 'required', type: 'missing' }] }, kind: 'bad_input' },
];

/** An answer without a picture is a result without one, which is paid. */
const NO_PICTURE: PaidRow['kinds'] = { 'JSON of another shape': 'bad_output' };

const ROWS: PaidRow[] = [
  rowOf('openai speech', { family: OPENAI_FAMILY, prefix: '/v1', submit: 'speech', perform: ({ speech }, context) => speech.perform(SPEECH, context) }, OPENAI_CODES),
  { ...rowOf('openai background', { family: OPENAI_FAMILY, prefix: '/v1', submit: 'image', perform: ({ background }, context) => background.perform(BACKGROUND, context) }, OPENAI_CODES), kinds: NO_PICTURE },
  rowOf('elevenlabs speech', { family: ELEVENLABS_FAMILY, prefix: '', submit: 'timed_speech', perform: ({ speech }, context) => speech.perform(SPEECH, context) }, ELEVENLABS_CODES),
];

describe.each(ROWS)('$name', (row) => describePaid(row));
