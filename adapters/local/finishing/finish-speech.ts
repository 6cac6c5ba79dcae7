import path from 'node:path';
import type { SpeechOutput } from '../../../contracts/stages';
import type { WorkContext } from '../../capabilities/adapter';
import type { RawSpeech } from '../../capabilities/finishing';
import { ProviderFault } from '../../capabilities/provider-fault';
import type { SpeechRequest } from '../../capabilities/speech';
import type { ComputePool } from '../compute/pool';
import { decodeSound } from '../speech/decode-sound';
import { storeClip } from '../speech/store-clip';
import { planScript } from '../speech/text/script-plan';
import type { ScriptPlan } from '../speech/text/script-plan';
import { layOutRecording } from './recording-layout';
import { moveToWords, timedTokens, type TimedToken } from './timed-tokens';

export interface SoundTools {
  pool: ComputePool;
  ffmpegPath: string;
}

/** A scene has at most 5,000 characters, which are six minutes of slow speech. */
const LONGEST_MS = 600_000;
/** Below this the words and the sound hardly belong together. */
const LEAST_CONFIDENCE = 0.5;
/** No voice is as quiet as this. */
const SILENT_LUFS = -90;

/**
 * A provider's speech to a clip like every other. Phones are found by alignment in any case; words stand where the provider
 * says, and the phones move with them.
 * @throws ProviderFault `bad_output` when the file is no sound, or holds none
 */
export async function finishSpeech(tools: SoundTools, raw: RawSpeech, { request, context }: { request: SpeechRequest; context: WorkContext }): Promise<SpeechOutput> {
  const plan = planScript(request.transcript, request.lexicon);
  const wav = await decode(tools, raw, context);
  context.progress(30, 'decoded');
  const heard = await hear(tools.pool, { plan, wav, raw }, context);
  context.progress(80, 'aligned');
  const layout = layOutRecording(heard.tokens, { wav, lead_ms: plan.lead_ms, sentences: plan.sentences });
  const { engine, voice } = raw;
  const { source, confidence } = heard;
  const clip = await storeClip(tools.pool, { layout, request, engine, voice, source, confidence, warnings: [...plan.warnings, ...heard.warnings] }, context);
  if (clip.loudness_lufs <= SILENT_LUFS) throw badOutput(raw);
  return clip;
}

function badOutput({ voice }: RawSpeech): ProviderFault {
  return new ProviderFault(voice.family, { kind: 'bad_output', charged: 'yes' });
}

async function decode({ ffmpegPath }: SoundTools, raw: RawSpeech, { dir, signal, open }: WorkContext): Promise<string> {
  const options = { dir, signal, longest_ms: LONGEST_MS, pcm_hz: rateOfSamples(raw.audio.content_type) };
  const wav = await decodeSound(ffmpegPath, await open(raw.audio), options);
  if (wav === null) throw badOutput(raw);
  return wav;
}

/** `audio/pcm;rate=24000` has no header that would say its rate. */
function rateOfSamples(contentType: string): number | null {
  const rate = /^audio\/pcm\s*;.*\brate=(\d+)/i.exec(contentType)?.[1];
  return rate === undefined ? null : Number(rate);
}

interface Heard {
  tokens: TimedToken[];
  source: 'provider' | 'forced_alignment';
  confidence: number;
  warnings: string[];
}

async function hear(pool: ComputePool, { plan, wav, raw }: { plan: ScriptPlan; wav: string; raw: RawSpeech }, context: WorkContext): Promise<Heard> {
  if (plan.pieces.length === 0) return { tokens: [], source: 'forced_alignment', confidence: 1, warnings: [] };
  const args = { wav, pieces: plan.pieces.map(({ tokens }) => tokens), reference: null, scratch: path.join(context.dir, 'reference.wav') };
  const { pieces, confidence } = await pool.run('speech.align', args, { signal: context.signal });
  const aligned = timedTokens(plan, pieces);
  const moved = raw.words && moveToWords(aligned, raw.words);
  if (moved) return { tokens: moved, source: 'provider', confidence: 1, warnings: [] };
  const warnings = raw.words ? ["The provider's word times do not fit the script, so the words were aligned here."] : [];
  if (confidence < LEAST_CONFIDENCE) warnings.push('The recording and the script hardly fit together; word times are a guess.');
  return { tokens: aligned, source: 'forced_alignment', confidence, warnings };
}
