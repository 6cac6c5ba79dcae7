import path from 'node:path';
import { ELEVENLABS_FAMILY } from '../../adapters/elevenlabs/family';
import { projectRoot } from '../../contracts/project-root';
import { assetOf } from './capture';
import { directCall, expectStart, sentence } from './direct-call';
import { callOf, faultOf } from './drive';
import { startFaultServer, type FaultServer } from './fault-server';
import { describePaid, type PaidRow } from './paid-suite';
import { fault } from './server/faults';

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

const cloneAt = (url: string) =>
  directCall(ELEVENLABS_FAMILY, { base_url: url, finishing: { voiceSample }, open: openSample }, ({ voice }, context) =>
    voice.perform({ sample: assetOf('sample', 'audio/wav'), transcript: null, name: null, consent: CONSENT }, context));

const ROWS: PaidRow[] = [
  {
    name: 'speech',
    routes: { submit: 'timed_speech' },
    operation: (url) => directCall(ELEVENLABS_FAMILY, { base_url: url }, ({ speech }, context) => speech.perform(sentence('A canary sings.'), context)),
    expectFiles: (files) => expectStart(files, 'ID3'),
    codes: CODES,
  },
  { name: 'voice', routes: { submit: 'add_voice' }, operation: cloneAt, expectFiles: (files) => expect(files).toEqual({}), codes: CODES },
];

describe.each(ROWS)('ElevenLabs $name', (row) => describePaid(row));

describe('an ElevenLabs voice of unknown fate', () => {
  let server: FaultServer;
  beforeAll(async () => (server = await startFaultServer()));
  beforeEach(() => server.reset());
  afterAll(() => server.close());

  it('is found by its label when it was made, and adopted', async () => {
    const { request, ...operation } = await cloneAt(server.url);
    server.script.push(fault.parse({ route: 'add_voice', act: 'reset', accepted: true }));
    expect((await faultOf(operation.submit(request, callOf()))).kind).toBe('submit_unknown');
    const job = await operation.find?.(request, callOf());
    expect(job).toEqual({ id: server.creates[0]?.id });
    expect(await operation.poll?.(job!, request, callOf())).toMatchObject({ kind: 'succeeded', outcome: { meta: { voice_id: job?.id } } });
    expect(await operation.cancel?.(job!, request, callOf())).toBe('cancelled');
    expect(await operation.find?.(request, callOf())).toBeNull();
    expect(server.creates).toHaveLength(1);
  });

  it('is not found when it never arrived', async () => {
    const { request, ...operation } = await cloneAt(server.url);
    server.script.push(fault.parse({ route: 'add_voice', act: 'reset' }));
    expect((await faultOf(operation.submit(request, callOf()))).kind).toBe('submit_unknown');
    expect(await operation.find?.(request, callOf())).toBeNull();
    expect(server.creates).toHaveLength(0);
  });
});
