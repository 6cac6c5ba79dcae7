import type { Reply } from './faults';
import { mediaOf } from './media';
import { jsonOf, type House, type Route, type WireRequest } from './provider';

/** OpenAI's direct calls: what comes back comes at once and is billed. */
export function openaiRoutes(): Route[] {
  const route = (name: string, path: RegExp, handle: Route['handle']): Route => ({ provider: 'openai', name, method: 'POST', path, handle: (request, groups, house) => (isKnown(request) ? handle(request, groups, house) : refused()) });
  return [
    route('speech', /^\/v1\/audio\/speech$/, async (request, _, house) => {
      bill(house, request, textOf(request, 'input'));
      return { status: 200, headers: { 'content-type': 'audio/mpeg', 'x-request-id': house.nextId('req') }, body: await mediaOf(textOf(request, 'response_format') === 'wav' ? 'wav' : 'mp3') };
    }),
    route('plan', /^\/v1\/responses$/, (request, _, house) => {
      bill(house, request, JSON.stringify(jsonOf(request.body)['input'] ?? ''));
      return { status: 200, headers: { 'x-request-id': house.nextId('req') }, body: responseOf(house, request) };
    }),
    route('image', /^\/v1\/images\/(generations|edits)$/, async (request, _, house) => {
      bill(house, request, textOf(request, 'prompt'));
      const b64_json = (await mediaOf('png')).toString('base64');
      const usage = { total_tokens: 1_300, input_tokens: 300, output_tokens: 1_000, input_tokens_details: { text_tokens: 100, image_tokens: 200 } };
      return { status: 200, headers: { 'x-request-id': house.nextId('req') }, body: { created: 1_764_000_000, data: [{ b64_json }], usage } };
    }),
  ];
}

/** Two scenes of one sentence each, in the form that the published description has for an answer. */
function responseOf(house: House, request: WireRequest): object {
  const look = { framing: 'medium', pose: 'neutral', pose_intensity: 0.5, place: 'office', time_of_day: 'day', mood: 'calm', background: 'a plain wall', b_roll: null };
  const text = JSON.stringify({ scenes: [1, 2].map((sentence) => ({ first_sentence: sentence, last_sentence: sentence, ...look })) });
  const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }];
  return {
    id: house.nextId('resp'), object: 'response', created_at: 1_764_000_000, status: 'completed', error: null, incomplete_details: null,
    instructions: null, metadata: {}, model: textOf(request, 'model'), parallel_tool_calls: true, temperature: 1, tool_choice: 'auto', tools: [], top_p: 1,
    output: [{ id: house.nextId('msg'), type: 'message', role: 'assistant', status: 'completed', content }],
    usage: { input_tokens: 900, input_tokens_details: { cached_tokens: 0 }, output_tokens: 120, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 1_020 },
  };
}

function isKnown({ headers }: WireRequest): boolean {
  return headers['authorization']?.startsWith('Bearer ') ?? false;
}

function refused(): Reply {
  return { status: 401, body: { error: { message: 'You did not provide an API key.', type: 'invalid_request_error', param: null, code: null } } };
}

function bill(house: House, request: WireRequest, prompt: string): void {
  house.bill({ provider: 'openai', model: textOf(request, 'model'), id: house.nextId('oai'), prompt, reference: null });
}

/** A field of a JSON body, or of a form. */
function textOf({ body }: WireRequest, name: string): string {
  const value = jsonOf(body)[name];
  if (typeof value === 'string') return value;
  return new RegExp(`name="${name}"\\r\\n\\r\\n([^]*?)\\r\\n--`).exec(body.toString('utf8'))?.[1] ?? '';
}
