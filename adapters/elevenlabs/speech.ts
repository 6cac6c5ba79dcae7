import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Support } from '../capabilities/adapter';
import type { FrozenRequest, OperationCall, PaidOperation, StoredOutcome, Submission } from '../capabilities/paid-operation';
import { ProviderFault } from '../capabilities/provider-fault';
import type { SpeechAdapter, SpeechRequest } from '../capabilities/speech';
import { storedFile } from '../capabilities/stored-file';
import { foreignVoice, voiceIn } from '../capabilities/voice-binding';
import { contentTypeOf } from '../http/magic-bytes';
import type { AnswerHeaders } from '../http/provider-request';
import { buyAndFinish, ONE_CALL, paidAdapter } from '../paid-adapter';
import { textToSpeak } from '../script/spoken-text';
import { priceOf } from '../tariff-file';
import { ELEVENLABS, type ElevenlabsTools } from './client';
import { speechCost } from './tariff';
import { CHARACTER_TIMES, stretchesOf, wordTimes } from './word-times';

const TIMEOUT_MS = 180_000;
/** Ten minutes of sound in base64. */
const MAX_BYTES = 64 * 1024 * 1024;

const BODY = z.object({ voice: z.string(), output_format: z.string(), input: z.looseObject({ text: z.string() }) });
const ANSWER = z.object({ audio_base64: z.string(), alignment: CHARACTER_TIMES.nullish() });
const META = z.object({ stretches: z.array(z.tuple([z.number(), z.number()])).nullable() });

/** Speech with the provider's own times of each character. */
export function elevenlabsSpeech(tools: ElevenlabsTools): SpeechAdapter {
  const { finishing, tariff } = tools;
  const { model } = tariff.speech;
  return {
    ...paidAdapter('speech', { family: ELEVENLABS, model, traits: ONE_CALL }),
    supports: (request) => supports(tools, request),
    estimate: (request) => speechCost(tariff, request.transcript.length),
    perform(request, context) {
      const voice = { ...request.voice, family: ELEVENLABS, voice_id: `${ELEVENLABS}:${voiceOf(tools, request) ?? ''}` };
      return buyAndFinish(context, operationFor(tools, request), (stored) =>
        finishing.speech({ audio: storedFile(ELEVENLABS, stored, 'speech'), words: wordsOf(stored, request), engine: model, voice }, request, context));
    },
  };
}

function voiceOf({ tariff }: ElevenlabsTools, { voice }: SpeechRequest): string | null {
  return voiceIn(ELEVENLABS, voice, tariff.speech.default_voice);
}

function paceOf({ voice, rate }: SpeechRequest): number {
  return Math.round(voice.params.rate * rate * 100) / 100;
}

function supports(tools: ElevenlabsTools, request: SpeechRequest): Support {
  const { longest_text, slowest, fastest } = tools.tariff.speech;
  const pace = paceOf(request);
  if (voiceOf(tools, request) === null) return { ok: false, reason: foreignVoice(ELEVENLABS, request.voice) };
  if (textToSpeak(request.transcript, request.lexicon).text.length > longest_text) return { ok: false, reason: `A scene may have at most ${longest_text} characters with this voice; divide it.` };
  if (pace < slowest || pace > fastest) return { ok: false, reason: `This voice speaks ${slowest} to ${fastest} times as fast as usual.` };
  return { ok: true };
}

function operationFor(tools: ElevenlabsTools, request: SpeechRequest): PaidOperation {
  const { model, output_format } = tools.tariff.speech;
  const input = inputFor(tools, request);
  return {
    family: ELEVENLABS,
    part: '',
    traits: ONE_CALL,
    estimate: speechCost(tools.tariff, input.text.length),
    request: { model, body: { voice: voiceOf(tools, request) ?? '', output_format, input }, assets: {} },
    submit: (frozen, call) => speak(tools, frozen, call),
  };
}

/** The body as it goes out, but for the model. */
function inputFor({ tariff }: ElevenlabsTools, request: SpeechRequest) {
  const { takes_context, takes_language } = tariff.speech;
  const { previous_text, next_text, language } = request;
  const pace = paceOf(request);
  return {
    text: textToSpeak(request.transcript, request.lexicon).text,
    ...(takes_language && { language_code: language.split('-')[0] }),
    ...(takes_context && previous_text !== null && { previous_text }),
    ...(takes_context && next_text !== null && { next_text }),
    ...(pace !== 1 && { voice_settings: { speed: pace } }),
  };
}

async function speak({ http, tariff }: ElevenlabsTools, { model, body }: FrozenRequest, call: OperationCall): Promise<Submission> {
  const { voice, output_format, input } = BODY.parse(body);
  const to = { path: `/v1/text-to-speech/${encodeURIComponent(voice)}/with-timestamps?output_format=${encodeURIComponent(output_format)}` };
  const json = { ...input, model_id: model };
  const { value, headers } = await http.json({ purpose: 'submit', method: 'POST', to, body: { json }, timeout_ms: TIMEOUT_MS, max_bytes: MAX_BYTES, signal: call.signal }, ANSWER);
  const file = path.join(call.dir, 'speech');
  const sound = Buffer.from(value.audio_base64, 'base64');
  await writeFile(file, sound);
  return {
    kind: 'finished',
    outcome: {
      files: [{ name: 'speech', kind: 'speech', content_type: soundTypeOf(sound, output_format), from: 'file', path: file }],
      meta: { stretches: value.alignment ? stretchesOf(value.alignment) : null },
      cost_micro_usd: priceOf(charactersBilled(headers) ?? input.text.length, tariff.speech.micro_usd_per_million_characters),
      cost_source: 'tariff',
    },
  };
}

/** Bare samples have no first bytes that would tell them; what was asked for does. @throws ProviderFault `bad_output` */
function soundTypeOf(sound: Buffer, output_format: string): string {
  const rate = /^pcm_(\d+)$/.exec(output_format)?.[1];
  const type = rate && sound.length > 0 ? `audio/pcm;rate=${rate}` : contentTypeOf(sound);
  if (type?.startsWith('audio/')) return type;
  throw new ProviderFault(ELEVENLABS, { kind: 'bad_output', charged: 'yes' });
}

/** Characters that the provider counted; null where it does not say. */
function charactersBilled(headers: AnswerHeaders): number | null {
  const said = headers('character-cost') ?? headers('x-character-count');
  return said !== null && /^\d{1,9}$/.test(said) ? Number(said) : null;
}

function wordsOf(stored: StoredOutcome, { transcript, lexicon }: SpeechRequest) {
  const { stretches } = META.parse(stored.meta);
  return stretches && wordTimes(stretches, textToSpeak(transcript, lexicon).words);
}
