import type { Reply } from './faults';
import { mediaOf } from './media';
import { jsonOf, type Route, type WireRequest } from './provider';

/** ElevenLabs' speech with times, and its voices with labels. */
export function elevenlabsRoutes(): Route[] {
  const voices: { voice_id: string; name: string; labels: Record<string, string>; category: string }[] = [];
  const route = (name: string, method: string, path: RegExp, handle: Route['handle']): Route => ({ provider: 'elevenlabs', name, method, path, handle: (request, groups, house) => (request.headers['xi-api-key'] ? handle(request, groups, house) : refused()) });
  return [
    route('timed_speech', 'POST', /^\/v1\/text-to-speech\/(?<voice>[\w-]+)\/with-timestamps$/, async (request, groups, house) => {
      const text = String(jsonOf(request.body)['text'] ?? '');
      house.bill({ provider: 'elevenlabs', model: String(jsonOf(request.body)['model_id'] ?? ''), id: house.nextId('el'), prompt: text, reference: groups['voice'] ?? null });
      return { status: 200, headers: { 'request-id': house.nextId('req'), 'character-cost': String(text.length) }, body: { audio_base64: (await mediaOf('mp3')).toString('base64'), alignment: timesOf(text), normalized_alignment: timesOf(text) } };
    }),
    route('add_voice', 'POST', /^\/v1\/voices\/add$/, (request, _, house) => {
      const labels = fieldOf(request, 'labels');
      const voice_id = house.nextId('voice');
      house.bill({ provider: 'elevenlabs', model: 'voices/add', id: voice_id, prompt: fieldOf(request, 'name'), reference: labels });
      voices.push({ voice_id, name: fieldOf(request, 'name'), labels: Object.fromEntries(Object.entries(jsonOf(Buffer.from(labels))).map(([name, value]) => [name, String(value)])), category: 'cloned' });
      return { status: 200, body: { voice_id, requires_verification: false } };
    }),
    route('voices', 'GET', /^\/v[12]\/voices$/, () => ({ status: 200, body: { voices, has_more: false, total_count: voices.length } })),
    route('voice', 'GET', /^\/v1\/voices\/(?<voice>[\w-]+)$/, (_, groups) => {
      const known = voices.find(({ voice_id }) => voice_id === groups['voice']);
      return known ? { status: 200, body: { ...known, voice_verification: { requires_verification: false } } } : unknownVoice();
    }),
    route('delete_voice', 'DELETE', /^\/v1\/voices\/(?<voice>[\w-]+)$/, (_, groups) => {
      const at = voices.findIndex(({ voice_id }) => voice_id === groups['voice']);
      if (at < 0) return unknownVoice();
      voices.splice(at, 1);
      return { status: 200, body: { status: 'ok' } };
    }),
  ];
}

function unknownVoice(): Reply {
  return { status: 404, body: { detail: { status: 'voice_not_found', message: 'A voice with that voice_id was not found.' } } };
}

function refused(): Reply {
  return { status: 401, body: { detail: { status: 'needs_authorization', message: 'Neither authorization header nor xi-api-key received.' } } };
}

/** Eighty milliseconds a character. */
function timesOf(text: string): object {
  const characters = [...text];
  return {
    characters,
    character_start_times_seconds: characters.map((_, at) => at * 0.08),
    character_end_times_seconds: characters.map((_, at) => (at + 1) * 0.08),
  };
}

function fieldOf({ body }: WireRequest, name: string): string {
  return new RegExp(`name="${name}"\\r\\n\\r\\n([^]*?)\\r\\n--`).exec(body.toString('utf8'))?.[1] ?? '';
}
