import path from 'node:path';
import { ELEVENLABS_FAMILY } from '../../adapters/elevenlabs/family';
import { projectRoot } from '../../contracts/project-root';
import { assetOf } from './capture';
import { directCall, expectStart, sentence } from './direct-call';
import type { PaidRow } from './paid-row';

const openSample = () => Promise.resolve(path.join(projectRoot(), 'assets/voices/sense_and_sensibility_01_austen_64kb-0880.wav'));
const voiceSample = () => Promise.resolve({ measured: { median_f0_hz: 180 }, warnings: [] });
const CONSENT = { statement: 'A canary agrees.', by: 'canary', at: '2026-11-01T00:00:00Z' };

const refusal = (status: string) => ({ detail: { status, message: 'canary' } });
const CODES: PaidRow['codes'] = [
  { name: 'an empty account', on: 'submit', status: 401, body: refusal('quota_exceeded'), kind: 'quota_exhausted' },
  { name: 'too many at once', on: 'submit', status: 429, body: refusal('too_many_concurrent_requests'), kind: 'capacity' },
  { name: 'a busy system', on: 'submit', status: 429, body: refusal('system_busy'), kind: 'rate_limited' },
  { name: 'a wrong key', on: 'submit', status: 401, body: refusal('invalid_api_key'), kind: 'auth' },
  { name: 'an unknown voice', on: 'submit', status: 404, body: refusal('voice_not_found'), kind: 'unsupported' },
  { name: 'no place for a voice', on: 'submit', status: 400, body: refusal('voice_limit_reached'), kind: 'quota_exhausted' },
];

/** A clone of a voice, bought at this address. */
export const cloneAt = (url: string) =>
  directCall(ELEVENLABS_FAMILY, { base_url: url, finishing: { voiceSample }, open: openSample }, ({ voice }, context) =>
    voice.perform({ sample: assetOf('sample', 'audio/wav'), transcript: null, name: null, consent: CONSENT }, context));

export const ELEVENLABS_ROWS: PaidRow[] = [
  {
    capability: 'speech',
    name: 'speech',
    routes: { submit: 'timed_speech' },
    operation: (url) => directCall(ELEVENLABS_FAMILY, { base_url: url }, ({ speech }, context) => speech.perform(sentence('A canary sings.'), context)),
    expectFiles: (files) => expectStart(files, 'ID3'),
    codes: CODES,
  },
  { capability: 'voice', name: 'voice', routes: { submit: 'add_voice' }, operation: cloneAt, expectFiles: (files) => expect(files).toEqual({}), codes: CODES },
];
