import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Support } from '../capabilities/adapter';
import type { FrozenRequest, OperationCall, PaidOperation, Submission } from '../capabilities/paid-operation';
import type { SpeechAdapter, SpeechRequest } from '../capabilities/speech';
import { foreignVoice, voiceIn } from '../capabilities/voice-binding';
import { storedFile } from '../capabilities/stored-file';
import { buyAndFinish, ONE_CALL, paidAdapter } from '../paid-adapter';
import { textToSpeak } from '../script/spoken-text';
import { OPENAI, type OpenaiTools } from './client';
import { speechCost } from './prices';

const TIMEOUT_MS = 180_000;
/** Ten minutes of sound. */
const MAX_BYTES = 64 * 1024 * 1024;
/** The sound is 16 bit mono at 24 kHz. */
const BYTES_PER_SECOND = 48_000;
const SLOWEST = 0.25;
const FASTEST = 4;

const BODY = z.object({ voice: z.string(), input: z.string(), instructions: z.string().nullable(), speed: z.number().nullable() });
type SpeechBody = z.infer<typeof BODY>;

/** Speech with one of the provider's voices. It tells no times, so words are aligned here. */
export function openaiSpeech(tools: OpenaiTools): SpeechAdapter {
  const { finishing, tariff } = tools;
  const { model } = tariff.speech;
  return {
    ...paidAdapter('speech', { family: OPENAI, model, traits: ONE_CALL }),
    supports: (request) => supports(tools, request),
    estimate: (request) => speechCost(tariff, request.transcript.length),
    perform(request, context) {
      const voice = { ...request.voice, family: OPENAI, voice_id: `${OPENAI}:${voiceOf(tools, request) ?? ''}` };
      return buyAndFinish(context, operationFor(tools, request), (stored) =>
        finishing.speech({ audio: storedFile(OPENAI, stored, 'speech'), words: null, engine: model, voice }, request, context));
    },
  };
}

function voiceOf({ tariff }: OpenaiTools, { voice }: SpeechRequest): string | null {
  return voiceIn(OPENAI, voice, tariff.speech.default_voice);
}

function paceOf({ voice, rate }: SpeechRequest): number {
  return Math.round(voice.params.rate * rate * 100) / 100;
}

function supports(tools: OpenaiTools, request: SpeechRequest): Support {
  const { takes_speed, longest_text } = tools.tariff.speech;
  const pace = paceOf(request);
  const { text } = textToSpeak(request.transcript, request.lexicon);
  if (voiceOf(tools, request) === null) return { ok: false, reason: foreignVoice(OPENAI, request.voice) };
  if (text.length > longest_text) return { ok: false, reason: `A scene may have at most ${longest_text} characters with this voice; divide it.` };
  if (!/^en\b/i.test(request.language)) return { ok: false, reason: 'This voice gives no word times, and words can be timed in English only.' };
  if (pace !== 1 && !takes_speed) return { ok: false, reason: 'This voice cannot be made faster or slower.' };
  if (pace < SLOWEST || pace > FASTEST) return { ok: false, reason: `This voice speaks ${SLOWEST} to ${FASTEST} times as fast as usual.` };
  return { ok: true };
}

function operationFor(tools: OpenaiTools, request: SpeechRequest): PaidOperation {
  const { model, instructions } = tools.tariff.speech;
  const pace = paceOf(request);
  const body: SpeechBody = {
    voice: voiceOf(tools, request) ?? '',
    input: textToSpeak(request.transcript, request.lexicon).text,
    instructions,
    speed: pace === 1 ? null : pace,
  };
  return {
    family: OPENAI,
    part: '',
    traits: ONE_CALL,
    estimate: speechCost(tools.tariff, body.input.length),
    request: { model, body, assets: {} },
    submit: (frozen, call) => speak(tools, frozen, call),
  };
}

async function speak({ http, tariff }: OpenaiTools, { model, body }: FrozenRequest, call: OperationCall): Promise<Submission> {
  const { voice, input, instructions, speed } = BODY.parse(body);
  const json = { model, voice, input, response_format: 'wav', ...(instructions !== null && { instructions }), ...(speed !== null && { speed }) };
  const file = path.join(call.dir, 'speech.wav');
  const answer = await http.file(
    { purpose: 'submit', method: 'POST', to: { path: '/audio/speech' }, body: { json }, timeout_ms: TIMEOUT_MS, max_bytes: MAX_BYTES, signal: call.signal },
    file,
  );
  const minutes = (await stat(file)).size / BYTES_PER_SECOND / 60;
  return {
    kind: 'finished',
    outcome: {
      files: [{ name: 'speech', kind: 'speech', content_type: answer.content_type, from: 'file', path: file }],
      meta: {},
      cost_micro_usd: Math.ceil(minutes * tariff.speech.micro_usd_per_minute),
      cost_source: 'tariff',
    },
  };
}
