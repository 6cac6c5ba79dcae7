import { createHash } from 'node:crypto';
import type { ComputePool } from '../compute/pool';
import type { PieceTiming } from './align/word-times';
import { speakRhvoice } from './engines/rhvoice';
import { createSherpa } from './engines/sherpa';
import type { Sherpa } from './engines/sherpa';
import type { SentenceCache } from './sentence-cache';
import type { SpokenToken } from './text/normalise';
import { toPlainText } from './text/plain-text';
import type { LocalVoice } from './voices';

export interface PieceRequest {
  voice: LocalVoice;
  tokens: SpokenToken[];
  /** 2 is twice as fast. */
  rate: number;
  wav: string;
  signal: AbortSignal;
}

export interface PieceSpeech {
  timing: PieceTiming;
  confidence: number;
}

export type SpeakPiece = (request: PieceRequest) => Promise<PieceSpeech>;

/** Above this a voice is compared with flite's high voice; a reference of the wrong sex doubles the error. */
const HIGH_VOICE_HZ = 150;
/** Raised when times of the same sound would differ. */
const CACHE_VERSION = 2;

/** Speaks a piece with whichever engine the voice has, and finds its times where the engine does not tell them. */
export function createSpeakPiece(pool: ComputePool, cache: SentenceCache | null): SpeakPiece {
  const sherpa = createSherpa();
  const speak: SpeakPiece = (request) => speakWith({ pool, sherpa }, request);
  return cache === null ? speak : (request) => cached(speak, cache, request);
}

async function speakWith(
  { pool, sherpa }: { pool: ComputePool; sherpa: Sherpa },
  { voice, tokens, rate, wav, signal }: PieceRequest,
): Promise<PieceSpeech> {
  if (voice.engine === 'flite') {
    const args = { voice: voice.name, tokens, stretch: 1 / rate, wav };
    return { timing: await pool.run('speech.speak_flite', args, { signal }), confidence: 1 };
  }
  if (voice.engine === 'sherpa') {
    if (voice.model === null) throw new Error('Files of the neural voice are missing.');
    await sherpa.speak(voice.model, { text: toPlainText(tokens), speed: rate, wav }, signal);
  } else {
    if (voice.program === null) throw new Error('RHVoice is not installed.');
    await speakRhvoice({ program: voice.program, voice: voice.name, tokens, rate, wav, signal });
  }
  const reference = voice.median_f0_hz > HIGH_VOICE_HZ ? ('slt' as const) : ('rms' as const);
  const args = { wav, pieces: [tokens], reference, scratch: `${wav}.reference` };
  const { pieces, confidence } = await pool.run('speech.align', args, { signal });
  return { timing: pieces[0] ?? { phones: [], spans: [] }, confidence };
}

/** Engines are deterministic, so a piece that was spoken once need not be spoken again. Keyed by all that is heard. */
async function cached(speak: SpeakPiece, cache: SentenceCache, request: PieceRequest): Promise<PieceSpeech> {
  const { voice, tokens, rate, wav } = request;
  const spoken = tokens.map(({ words, pause }) => [words, pause]);
  const key = createHash('sha256')
    .update(JSON.stringify([CACHE_VERSION, voice.version, voice.voice_id, rate, spoken]))
    .digest('hex');
  const known = await cache.take(key, wav);
  if (known !== null) return known;
  const made = await speak(request);
  await cache.put(key, wav, made);
  return made;
}
