import type { CallerScene, PlanAdapter, StoryboardRequest } from '../../../adapters/capabilities/plan';
import type { Finishing } from '../../../adapters/capabilities/finishing';
import { flattenText } from '../../../adapters/script/sentences';
import { readDescription } from '../paid/api-descriptions';
import { faultOf } from '../paid/fault-of';
import { createPaidContext, type PaidContext } from '../paid/paid-context';
import { startStandIn, type StandIn } from '../paid/stand-in';
import { CANARY_KEY, openaiAt, responseOf } from './openai-bench';

const SCRIPT = 'Canary birds sing early. Dr. Moss counts them.\n\nWhy do they sing? Nobody knows, and that is fine!';
const LOOK = { framing: 'medium', pose: 'nod', pose_intensity: 0.63, place: 'forest', time_of_day: 'morning', mood: 'calm', background: 'tall trees in mist', b_roll: null };
const CUTS = [
  { first_sentence: 1, last_sentence: 2, ...LOOK },
  { first_sentence: 3, last_sentence: 4, ...LOOK, framing: 'close', b_roll: 'Nobody knows' },
];

/** What no error may say: words of the script, the key, the address. */
const PLANTED = /Canary birds|sk-canary|127\.0\.0\.1/;
const description = readDescription('openai-responses.json');
let server: StandIn;
let plan: PlanAdapter;
let context: PaidContext;
beforeAll(async () => {
  server = await startStandIn();
  plan = (await openaiAt(server.url, {} as Finishing)).plan;
});
beforeEach(async () => {
  context = await createPaidContext();
  server.taken.length = 0;
});
afterEach(() => context.remove());
afterAll(() => server.close());

function request(over: Partial<StoryboardRequest> = {}): StoryboardRequest {
  return { script: SCRIPT, mode: 'multi_scene', caller_scenes: null, background: null, revise: null, previous: null, seed: 1, ...over };
}

/** Answers the next questions with these, one after the other; the last one stays. */
function say(...answers: (object | string)[]): void {
  let at = 0;
  server.answer(() => {
    const answer = answers[Math.min(at++, answers.length - 1)] ?? '';
    return { body: responseOf(typeof answer === 'string' ? answer : JSON.stringify(answer)) };
  });
}

const bodies = () => server.taken.map(({ body }) => JSON.parse(body.toString('utf8')) as { input: unknown; [name: string]: unknown });

describe('the storyboard of the OpenAI family', () => {
  it('joins to the script exactly, whatever the planner says', async () => {
    say({ scenes: CUTS });
    const { scenes } = await plan.storyboard(request(), context);
    expect(scenes.map(({ scene, transcript }) => [scene, transcript])).toEqual([
      [1, 'Canary birds sing early. Dr. Moss counts them.'],
      [2, 'Why do they sing? Nobody knows, and that is fine!'],
    ]);
    expect(flattenText(scenes.map(({ transcript }) => transcript).join(' '))).toBe(flattenText(SCRIPT));
    expect(scenes[1]?.visual).toEqual({
      framing: 'close', background: { prompt: 'tall trees in mist', asset: null }, b_roll: null, place: 'forest', time_of_day: 'morning', mood: 'calm',
    });
    expect(scenes.map(({ pose }) => pose)).toEqual([{ name: 'neutral', intensity: 0.5 }, { name: 'neutral', intensity: 0.5 }]);
  });

  it('moves in pose mode and shows titles in b_roll mode', async () => {
    say({ scenes: CUTS });
    const posed = await plan.storyboard(request({ mode: 'pose' }), context);
    expect(posed.scenes[0]?.pose).toEqual({ name: 'nod', intensity: 0.65 });
    const titled = await plan.storyboard(request({ mode: 'b_roll' }), context);
    expect(titled.scenes.map(({ visual }) => visual.b_roll)).toEqual([null, { prompt: 'Nobody knows', asset: null }]);
  });

  it('asks in one request for a strict answer that is not stored by the provider', async () => {
    say({ scenes: CUTS });
    await plan.storyboard(request(), context);
    const [body] = bodies();
    expect(server.taken).toHaveLength(1);
    expect(server.taken[0]).toMatchObject({ method: 'POST', path: '/v1/responses' });
    expect(server.taken[0]?.headers).toMatchObject({ authorization: `Bearer ${CANARY_KEY}` });
    expect(body).toMatchObject({ model: 'gpt-5.4-mini', store: false, text: { format: { type: 'json_schema', strict: true, name: 'scenes' } } });
    if (description) expect(description.problemsOf('CreateResponse', body)).toEqual([]);
  });

  it('lets the test’s own answers be those of the published description', () => {
    if (description) expect(description.problemsOf('Response', responseOf('{}'))).toEqual([]);
    else expect(responseOf('{}')).toHaveProperty('output');
  });

  it('costs what its tokens cost', async () => {
    say({ scenes: CUTS });
    await plan.storyboard(request(), context);
    expect(context.outcomes[0]).toMatchObject({ cost_micro_usd: 750 + 900, cost_source: 'tariff' });
    const { estimate, request: frozen } = context.operations[0] ?? {};
    expect(estimate?.high).toBeGreaterThan(1_650);
    expect(JSON.stringify(frozen)).not.toContain(CANARY_KEY);
  });

  it.each([
    ['no JSON at all', 'Here are your scenes!', 'form'],
    ['a framing that nobody knows', { scenes: [{ ...CUTS[0], framing: 'drone' }, CUTS[1]] }, 'form'],
    ['a sentence left out', { scenes: [CUTS[0], { ...CUTS[1], first_sentence: 4 }] }, 'sentences 1 to 4'],
    ['a sentence said twice', { scenes: [CUTS[0], { ...CUTS[1], first_sentence: 2 }] }, 'sentences 1 to 4'],
    ['sentences that do not exist', { scenes: [CUTS[0], { ...CUTS[1], last_sentence: 9 }] }, 'sentences 1 to 4'],
    ['a scene without a background', { scenes: [CUTS[0], { ...CUTS[1], background: null }] }, 'Scene 2 had no background'],
  ])('repairs %s once, and pays for both answers', async (_name, wrong, problem) => {
    say(wrong, { scenes: CUTS });
    const { scenes } = await plan.storyboard(request(), context);
    expect(scenes).toHaveLength(2);
    expect(context.operations.map(({ part }) => part)).toEqual(['', 'repair']);
    expect(context.outcomes.every(({ cost_micro_usd }) => cost_micro_usd > 0)).toBe(true);
    expect(JSON.stringify(bodies()[1]?.input)).toContain(problem);
  });

  it('is a bad output when the repair is no better, and asks no third time', async () => {
    say({ scenes: [] });
    expect(await faultOf(plan.storyboard(request(), context), PLANTED)).toMatchObject({ name: 'ProviderFault', kind: 'bad_output', charged: 'yes' });
    expect(server.taken).toHaveLength(2);
  });

  it('keeps what the caller decided', async () => {
    const own: CallerScene = { transcript: 'One.', pose: { name: 'tilt', intensity: 1 }, background: { prompt: 'my office', asset: null }, b_roll: null, framing: 'wide' };
    const open: CallerScene = { transcript: 'Two.', pose: null, background: null, b_roll: null, framing: null };
    say({ scenes: [{ scene: 1, ...LOOK }, { scene: 2, ...LOOK }] });
    const { scenes } = await plan.storyboard(request({ caller_scenes: [own, open] }), context);
    expect(scenes[0]).toMatchObject({ transcript: 'One.', pose: own.pose, visual: { framing: 'wide', background: own.background } });
    expect(scenes[1]).toMatchObject({ transcript: 'Two.', visual: { framing: 'medium', background: { prompt: 'tall trees in mist' } } });
  });

  it('changes the scenes that a reviewer named and leaves the others byte for byte', async () => {
    say({ scenes: CUTS });
    const { scenes: previous } = await plan.storyboard(request(), context);
    say({ scenes: [{ scene: 2, ...LOOK, place: 'seaside', background: 'a quiet beach' }] });
    const { scenes } = await plan.storyboard(request({ previous, revise: { scenes: [2], note: 'by the sea' } }), context);
    expect(scenes[0]).toBe(previous[0]);
    expect(scenes[1]).toMatchObject({ transcript: previous[1]?.transcript, visual: { place: 'seaside', background: { prompt: 'a quiet beach' } } });
  });
});

describe('the script of the OpenAI family', () => {
  const wish = { script: null, brief: null, scenes: null, note: null, previous: null, seed: 1 };

  it('takes a caller’s script as it is, for nothing', async () => {
    const made = await plan.script({ ...wish, script: `${SCRIPT}\r\n` }, context);
    expect(made).toMatchObject({ script: SCRIPT, source: 'script', language: 'en', paragraphs: 2, sentences: 4 });
    expect([server.taken.length, context.operations.length]).toEqual([0, 0]);
  });

  it('writes one from a brief, and changes one by a note', async () => {
    say({ script: 'Birds sing.\n\nThey do.' });
    expect(await plan.script({ ...wish, brief: 'Birds.' }, context)).toMatchObject({ script: 'Birds sing.\n\nThey do.', source: 'brief', paragraphs: 2 });
    expect(await plan.script({ ...wish, script: SCRIPT, note: 'shorter' }, context)).toMatchObject({ script: 'Birds sing.\n\nThey do.', source: 'script' });
  });

  it.each([['headings', '# Birds\nThey sing.'], ['nothing to say', '… !'], ['too much', 'Birds sing. '.repeat(500)]])('does not take %s', async (_name, script) => {
    say({ script }, { script: 'Birds sing.' });
    expect((await plan.script({ ...wish, brief: 'Birds.' }, context)).script).toBe('Birds sing.');
    expect(server.taken).toHaveLength(2);
  });
});

describe('what the planner will not or cannot answer', () => {
  const refusal = { output: [{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'refusal', refusal: 'I will not plan Canary birds.' }] }] };

  it.each<[string, number, object, object]>([
    ['a refusal', 200, responseOf('', refusal), { kind: 'content_rejected', charged: 'yes' }],
    ['a filter', 200, responseOf('', { status: 'incomplete', incomplete_details: { reason: 'content_filter' } }), { kind: 'content_rejected' }],
    ['an empty account', 429, { error: { code: 'insufficient_quota', type: 'insufficient_quota', message: 'Canary birds', param: null } }, { kind: 'quota_exhausted', charged: 'no' }],
    ['too many requests', 429, { error: { code: 'rate_limit_exceeded', type: 'requests', message: 'Canary birds', param: null } }, { kind: 'rate_limited', charged: 'no' }],
    ['a flagged prompt', 400, { error: { code: 'invalid_prompt', type: 'invalid_request_error', message: 'Canary birds', param: null } }, { kind: 'content_rejected' }],
    ['an unknown model', 404, { error: { code: 'model_not_found', type: 'invalid_request_error', message: 'Canary birds', param: null } }, { kind: 'unsupported', charged: 'no' }],
    ['a server that broke', 500, { error: { code: null, type: 'server_error', message: 'Canary birds', param: null } }, { kind: 'submit_unknown', charged: 'unknown' }],
    ['an answer that is none', 200, { hello: 'Canary birds' }, { kind: 'submit_unknown', charged: 'unknown' }],
  ])('takes %s for what it is, after one request', async (_name, status, body, facts) => {
    server.answer(() => ({ status, body }));
    expect(await faultOf(plan.storyboard(request(), context), PLANTED)).toMatchObject({ name: 'ProviderFault', ...facts });
    expect(server.taken).toHaveLength(1);
  });

  it('stops without a fault when the job is cancelled before anything was sent', async () => {
    const abort = new AbortController();
    abort.abort(new DOMException('cancelled', 'AbortError'));
    const call = { ...(await context.callFor('op')), signal: abort.signal };
    say({ scenes: CUTS });
    await plan.storyboard(request(), context);
    const [operation] = context.operations;
    await expect(operation?.submit(operation.request, call)).rejects.toMatchObject({ name: 'AbortError' });
    expect(server.taken).toHaveLength(1);
  });
});
