import { problemDetails } from '../../contracts/answers.schema';
import { newId } from '../../contracts/ids';
import { clientOf, type Answer } from './support/client';
import { creation, makeAsset, makeAvatar, newKey, output } from './support/data';
import { startApi, type TestApi } from './support/start-api';

let api: TestApi;
let avatar: string;
const { get, post, send } = clientOf(() => api);

beforeAll(async () => {
  api = await startApi();
  avatar = await makeAvatar(api);
});
afterAll(() => api.stop());

const now = new Date();
const someId = { job: newId('job', now), asset: newId('asset', now), avatar: newId('avatar', now) };
const pointers = (answer: Answer): string[] => answer.body.errors.map((error: { pointer: string }) => error.pointer);

/** A refusal is a complete problem, names its fields and leaves nothing behind. */
async function expectRefusal(answer: Answer, code: string, status: number, ...expected: string[]): Promise<void> {
  expect({ code: answer.body.code, errors: answer.body.errors, status: answer.status }).toMatchObject({ code, status });
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  const parsed = problemDetails.parse(answer.body);
  expect(parsed).toMatchObject({ type: `urn:understudy:error:${code}`, doc_url: `/docs/errors#${code}`, status });
  if (expected.length > 0) expect(pointers(answer).sort()).toEqual([...expected].sort());
}

async function countJobs(): Promise<number> {
  const { rows } = await api.deps.pool.query('select count(*)::integer as jobs from jobs');
  return rows[0].jobs;
}

describe('a body that is no request', () => {
  it('is refused as invalid when it is not JSON or not an object', async () => {
    for (const body of ['{', '[]', 'null', '"text"', '17']) {
      await expectRefusal(await post('/v1/jobs', body), 'request_invalid', 400, '');
    }
  });

  it('is refused as invalid when its bytes are no text', async () => {
    const [before, after] = JSON.stringify(output(avatar, { script: 'Hi HERE.' })).split('HERE') as [string, string];
    const body = Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xfe]), Buffer.from(after)]);
    const jobs = await countJobs();
    await expectRefusal(await send('POST', '/v1/jobs', { body, headers: { 'content-type': 'application/json' } }), 'request_invalid', 400, '');
    expect(await countJobs()).toBe(jobs);
  });

  it('is refused for its type', async () => {
    await expectRefusal(await post('/v1/jobs', 'a=b', { headers: { 'content-type': 'text/plain' } }), 'media_type_unsupported', 415);
    await expectRefusal(await send('POST', '/v1/jobs'), 'media_type_unsupported', 415);
  });

  it('is refused for its size, at 256 KiB', async () => {
    const large = output(avatar, { note: 'x'.repeat(256 * 1024) });
    await expectRefusal(await post('/v1/jobs', large), 'body_too_large', 413);
  });

  it('is refused for its encoding', async () => {
    const answer = await post('/v1/jobs', '{}', { headers: { 'content-type': 'application/json; charset=koi8-r' } });
    await expectRefusal(answer, 'media_type_unsupported', 415);
  });
});

describe('the common fields', () => {
  const refused: [string, Record<string, unknown>, string][] = [
    ['an unknown field', { colour: 'red' }, '/colour'],
    ['an unknown field whose name needs escaping', { 'a/b~c': 1 }, '/a~1b~0c'],
    ['an unknown job type', { job_type: 'avatar_dance' }, '/job_type'],
    ['a missing job type', { job_type: undefined }, '/job_type'],
    ['a missing contract', { contract: undefined }, '/contract'],
    ['a contract that is no version', { contract: 3 }, '/contract'],
    ['a missing key', { idempotency_key: undefined }, '/idempotency_key'],
    ['an empty key', { idempotency_key: '' }, '/idempotency_key'],
    ['a key with a space', { idempotency_key: 'a b' }, '/idempotency_key'],
    ['a key of 256 characters', { idempotency_key: 'k'.repeat(256) }, '/idempotency_key'],
    ['21 correlation entries', { correlation: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`k${index}`, 'v'])) }, '/correlation'],
    ['a long correlation value', { correlation: { a: 'x'.repeat(257) } }, '/correlation/a'],
    ['a correlation value that is no text', { correlation: { a: 1 } }, '/correlation/a'],
    ['a correlation value that cannot be stored', { correlation: { a: '\u0000' } }, '/correlation/a'],
    ['half a surrogate pair', { correlation: { a: '\ud800' } }, '/correlation/a'],
    ['a name that no map can hold', { correlation: JSON.parse('{"__proto__": "a", "b": "c"}') }, '/correlation/__proto__'],
    ['a priority of 6', { priority: 6 }, '/priority'],
    ['a negative budget', { budget_micro_usd: -1 }, '/budget_micro_usd'],
    ['a budget in fractions', { budget_micro_usd: 1.5 }, '/budget_micro_usd'],
    ['a callback without a URL', { callback: {} }, '/callback/url'],
    ['a callback that is no object', { callback: 'https://x.example' }, '/callback'],
    ['a signing secret that is not configured', { callback: { url: 'https://x.example', secret_ref: 'nope' } }, '/callback/secret_ref'],
  ];

  it.each(refused)('refuse %s', async (_what, change, pointer) => {
    const before = await countJobs();
    await expectRefusal(await post('/v1/jobs', output(avatar, change)), 'request_invalid', 400, pointer);
    expect(await countJobs()).toBe(before);
  });

  it('refuse several faults at once, each with its pointer', async () => {
    const answer = await post('/v1/jobs', output(avatar, { priority: 0, colour: 1, output: { aspect_ratio: '2:1', captions: 'loud' } }));
    await expectRefusal(answer, 'request_invalid', 400, '/priority', '/colour', '/output/aspect_ratio', '/output/captions');
    expect(answer.body.detail).toBe('4 fields are wrong.');
    expect(answer.body.instance).toBe('/v1/jobs');
    expect(answer.body.errors).toContainEqual({ pointer: '/output/aspect_ratio', message: 'one of 16:9, 9:16, 1:1, 4:5, 5:4' });
  });

  it('refuse other contract versions by their own code', async () => {
    for (const contract of ['v1', 'v2']) {
      await expectRefusal(await post('/v1/jobs', output(avatar, { contract })), 'contract_unsupported', 422, '/contract');
    }
  });
});

describe('an output request', () => {
  const refused: [string, Record<string, unknown>, string][] = [
    ['no script, brief or scenes', { script: undefined }, '/script'],
    ['a script and a brief', { brief: 'Say hello' }, '/brief'],
    ['an empty script', { script: '' }, '/script'],
    ['a blank script', { script: ' \n\t ' }, '/script'],
    ['a script of 5,001 characters', { script: 'a'.repeat(5_001) }, '/script'],
    ['no scenes', { script: undefined, scenes: [] }, '/scenes'],
    ['51 scenes', { script: undefined, scenes: Array.from({ length: 51 }, () => ({ transcript: 'One.' })) }, '/scenes'],
    ['a scene without words', { script: undefined, scenes: [{ transcript: '' }] }, '/scenes/0/transcript'],
    ['a scene with an unknown pose', { script: undefined, scenes: [{ transcript: 'One.', pose: { name: 'dance' } }] }, '/scenes/0/pose/name'],
    ['a scene with an unknown field', { script: undefined, scenes: [{ transcript: 'One.', music: 'loud' }] }, '/scenes/0/music'],
    ['a background that is both', { output: { background: { prompt: 'A lake', asset_id: someId.asset } } }, '/output/background'],
    ['two scenes in mode single_scene', { mode: 'single_scene', script: undefined, scenes: [{ transcript: 'One.' }, { transcript: 'Two.' }] }, '/scenes'],
    ['an unknown mode', { mode: 'opera' }, '/mode'],
    ['a missing mode', { mode: undefined }, '/mode'],
    ['an unknown gate', { require_approval: ['script', 'taste'] }, '/require_approval/1'],
    ['a gate named twice', { require_approval: ['script', 'script'] }, '/require_approval'],
    ['a malformed avatar id', { avatar_id: 'av_1' }, '/avatar_id'],
    ['an avatar version of 0', { avatar_version: 0 }, '/avatar_version'],
    ['a resolution that does not exist', { output: { resolution: '4k' } }, '/output/resolution'],
    ['loudness out of reach', { output: { loudness_lufs: 3 } }, '/output/loudness_lufs'],
    ['a retry context', { retry: { job_id: someId.job } }, '/retry'],
    ['a speaking rate out of reach', { voice: { rate: 9 } }, '/voice/rate'],
    ['a voice that this machine could never have', { voice: { voice_id: 'local:nobody' } }, '/voice/voice_id'],
    ['a voice of a provider that does not speak here', { voice: { voice_id: 'elevenlabs:Rachel' } }, '/voice/voice_id'],
    ['an approved scene without a number', { approved: { backgrounds: { first: { asset_id: someId.asset } } } }, '/approved/backgrounds/first'],
    ['an approved scene named like a prototype', { approved: { backgrounds: JSON.parse(`{"1": {"asset_id": "${someId.asset}"}, "__proto__": 1}`) } }, '/approved/backgrounds/__proto__'],
    ['5,001 characters in all scenes', { script: undefined, scenes: [{ transcript: 'a'.repeat(5_000) }, { transcript: 'b' }] }, '/scenes'],
    ['a deadline without length', { on_deadline: 'fail' }, '/approval_deadline_ms'],
  ];

  it.each(refused)('is refused with %s', async (_what, change, pointer) => {
    await expectRefusal(await post('/v1/jobs', output(avatar, change)), 'request_invalid', 400, pointer);
  });

  it('is refused when a voice could speak none of it', async () => {
    for (const script of ['🎉🎉🎉', '... !?', 'Привет', '[[pause 600ms]]']) {
      await expectRefusal(await post('/v1/jobs', output(avatar, { script })), 'script_unspeakable', 422, '/script');
    }
    const scenes = [{ transcript: 'One.' }, { transcript: '…' }];
    const answer = await post('/v1/jobs', output(avatar, { script: undefined, scenes }));
    await expectRefusal(answer, 'script_unspeakable', 422, '/scenes/1/transcript');
  });

  it.each(['local:auto', 'local:rms', 'local:rhvoice-slt', 'local:sherpa-joe'])('takes the voice %s, which a worker may have', async (voice_id) => {
    expect((await post('/v1/jobs', output(avatar, { voice: { voice_id } }))).status).toBe(202);
  });

  it('takes a script of exactly 5,000 characters after trimming', async () => {
    expect((await post('/v1/jobs', output(avatar, { script: ` ${'a'.repeat(5_000)} ` }))).status).toBe(202);
  });

  it('counts characters and not their halves, wherever the words come from', async () => {
    const words = `a${'🚀'.repeat(2_600)}`;
    const { body: file } = await send('POST', '/v1/assets', { headers: { 'content-type': 'text/plain' }, body: Buffer.from(words) });
    const ways = [{ script: words }, { script: undefined, scenes: [{ transcript: words }] }, { approved: { script: { asset_id: file.asset_id } } }];
    for (const change of ways) expect((await post('/v1/jobs', output(avatar, change))).status).toBe(202);
  });

  it('is refused for an avatar that is unknown, of another tenant, or lacks the version', async () => {
    const foreign = await makeAvatar(api, 'other');
    await expectRefusal(await post('/v1/jobs', output(someId.avatar)), 'avatar_not_found', 404, '/avatar_id');
    await expectRefusal(await post('/v1/jobs', output(foreign)), 'avatar_not_found', 404, '/avatar_id');
    await expectRefusal(await post('/v1/jobs', output(avatar, { avatar_version: 7 })), 'avatar_not_found', 404, '/avatar_version');
  });

  it('is refused for pictures that do not exist, each named', async () => {
    const scenes = [{ transcript: 'One.', background: { asset_id: someId.asset } }, { transcript: 'Two.', b_roll: { asset_id: someId.asset } }];
    const answer = await post('/v1/jobs', output(avatar, { script: undefined, scenes }));
    await expectRefusal(answer, 'asset_not_found', 404, '/scenes/0/background/asset_id', '/scenes/1/b_roll/asset_id');
  });
});

describe('a creation request', () => {
  const refused: [string, Record<string, unknown>, string][] = [
    ['no photo', { photos: [] }, '/photos'],
    ['missing photos', { photos: undefined }, '/photos'],
    ['nine photos', { photos: Array.from({ length: 9 }, () => ({ asset_id: someId.asset })) }, '/photos'],
    ['a photo that is neither', { photos: [{}] }, '/photos/0'],
    ['a photo that is both', { photos: [{ asset_id: someId.asset, url: 'https://x.example/a.png' }] }, '/photos/0'],
    ['a photo address that may not be called', { photos: [{ url: 'http://169.254.169.254/latest/meta-data' }] }, '/photos/0/url'],
    ['consent without a name', { consent: { statement: 'Yes', at: '2026-11-23T12:00:00Z' } }, '/consent/by'],
    ['consent at no time', { consent: { statement: 'Yes', by: 'me', at: 'yesterday' } }, '/consent/at'],
  ];

  it.each(refused)('is refused with %s', async (_what, change, pointer) => {
    await expectRefusal(await post('/v1/jobs', await creation(api, change)), 'request_invalid', 400, pointer);
  });

  it('is refused without consent by its own code', async () => {
    for (const consent of [undefined, null]) {
      await expectRefusal(await post('/v1/jobs', await creation(api, { consent })), 'consent_missing', 422, '/consent');
    }
  });

  it('is refused for photos and samples that are not there', async () => {
    const foreign = await makeAsset(api, 'other');
    const change = { photos: [{ asset_id: someId.asset }, { asset_id: foreign.asset_id }], voice_sample: { asset_id: someId.asset } };
    const answer = await post('/v1/jobs', await creation(api, change));
    await expectRefusal(answer, 'asset_not_found', 404, '/photos/0/asset_id', '/photos/1/asset_id', '/voice_sample/asset_id');
  });
});

describe('the other job types', () => {
  const base = { contract: 'v3', idempotency_key: newKey() };
  const decision = { ...base, job_id: someId.job, decision: 'approved', revision: 1, decided_by: 'rev@example.com' };
  const refused: [string, Record<string, unknown>, string][] = [
    ['a retry without a scope', { ...base, job_type: 'output_retry', job_id: someId.job, from_stage: 'speech' }, '/scope'],
    ['a patch of something else', { ...base, job_type: 'output_retry', job_id: someId.job, from_stage: 'speech', scope: 'only', patch: { mood: 'happy' } }, '/patch/mood'],
    ['a patch of an unknown resolution', { ...base, job_type: 'output_retry', job_id: someId.job, from_stage: 'speech', scope: 'only', patch: { output: { resolution: '8k' } } }, '/patch/output/resolution'],
    ['scene 0', { ...base, job_type: 'background_regeneration', job_id: someId.job, scope: 'only', scenes: [0] }, '/scenes/0'],
    ['an unknown decision', { ...decision, job_type: 'script_approval', decision: 'maybe' }, '/decision'],
    ['a decision by nobody', { ...decision, job_type: 'script_approval', decided_by: undefined }, '/decided_by'],
    ['edits with a rejection', { ...decision, job_type: 'script_approval', decision: 'rejected', edits: { script: 'New.' } }, '/edits'],
    ['edits of backgrounds', { ...decision, job_type: 'background_approval', edits: { scenes: {} } }, '/edits'],
    ['a cut without a name', { ...base, job_type: 'marketing_cut', job_id: someId.job, cuts: [{ aspect_ratio: '1:1' }] }, '/cuts/0/name'],
    ['no cuts', { ...base, job_type: 'marketing_cut', job_id: someId.job, cuts: [] }, '/cuts'],
    ['cloning without a sample', { ...base, job_type: 'voice_cloning', consent: { statement: 'a', by: 'b', at: '2026-11-23T12:00:00Z' } }, '/voice_sample'],
  ];

  it.each(refused)('are refused with %s', async (_what, body, pointer) => {
    await expectRefusal(await post('/v1/jobs', body), 'request_invalid', 400, pointer);
  });

  it('are refused for a job that is not there', async () => {
    await expectRefusal(await post('/v1/jobs', { ...decision, job_type: 'script_approval', idempotency_key: newKey() }), 'job_not_found', 404);
    await expectRefusal(await post(`/v1/jobs/${someId.job}/retry`, { idempotency_key: newKey(), from_stage: 'speech', scope: 'only' }), 'job_not_found', 404);
    await expectRefusal(await post(`/v1/jobs/${someId.job}/approvals`, { gate: 'script' }), 'job_not_found', 404);
  });

  it('need consent for a voice as well', async () => {
    const body = { ...base, job_type: 'voice_cloning', voice_sample: { asset_id: someId.asset } };
    await expectRefusal(await post('/v1/jobs', body), 'consent_missing', 422, '/consent');
  });
});

describe('the idempotency key header', () => {
  it('stands in for the field, bare or quoted', async () => {
    const first = await post('/v1/jobs', await creation(api, { idempotency_key: undefined }), { headers: { 'idempotency-key': newKey() } });
    expect(first.status).toBe(202);
    const key = newKey();
    const quoted = await post('/v1/jobs', await creation(api, { idempotency_key: key }), { headers: { 'idempotency-key': `"${key}"` } });
    expect(quoted.body.idempotency_key).toBe(key);
  });

  it('is refused when the field differs, or when it is malformed', async () => {
    const differing = await post('/v1/jobs', await creation(api), { headers: { 'idempotency-key': 'other' } });
    await expectRefusal(differing, 'request_invalid', 400, '/idempotency_key');
    const malformed = await post('/v1/jobs', await creation(api, { idempotency_key: undefined }), { headers: { 'idempotency-key': 'a b' } });
    await expectRefusal(malformed, 'request_invalid', 400, '/header/idempotency-key');
  });
});

describe('addresses', () => {
  it('that do not exist are 404, other methods 405', async () => {
    await expectRefusal(await get('/v1/nothing'), 'not_found', 404);
    await expectRefusal(await get('/%'), 'not_found', 404);
    const answer = await send('PUT', '/v1/jobs', { body: {} });
    await expectRefusal(answer, 'method_not_allowed', 405);
    expect(answer.headers.get('allow')).toBe('POST, GET');
  });

  it('with ids that were never made are 404, however they look', async () => {
    for (const id of [someId.job, 'job_1', 'x', '..%2f..', "'; drop table jobs; --", `job_${'0'.repeat(31)}G`]) {
      for (const view of ['', '/stages', '/snapshot', '/timeline', '/events', '/events/stream', '/decisions', `/diff/${someId.job}`]) {
        await expectRefusal(await get(`/v1/jobs/${encodeURIComponent(id)}${view}`), 'job_not_found', 404);
      }
    }
    await expectRefusal(await get(`/v1/avatars/${someId.avatar}`), 'avatar_not_found', 404);
    await expectRefusal(await get(`/v1/avatars/${avatar}/versions/99999999999999999999`), 'avatar_not_found', 404);
    await expectRefusal(await get(`/v1/assets/${someId.asset}`), 'asset_not_found', 404);
    await expectRefusal(await post(`/v1/events/ev_1/redeliver`, {}, { role: 'operator' }), 'event_not_found', 404);
  });
});
