import path from 'node:path';
import type { SpeechTiming, VoiceProfile } from '../../../contracts/media';
import type { SpeechOutput } from '../../../contracts/stages';
import type { WorkContext } from '../../capabilities/adapter';
import type { SpeechRequest } from '../../capabilities/speech';
import type { ComputePool } from '../compute/pool';
import type { ClipLayout } from './layout';
import { toVisemes } from './visemes';

/** Everything about a clip that is laid out but not yet written. */
export interface PlacedSpeech {
  layout: ClipLayout;
  request: Pick<SpeechRequest, 'pitch' | 'loudness_lufs'>;
  engine: string;
  voice: VoiceProfile;
  source: SpeechTiming['source'];
  /** 0..1, of the times. */
  confidence: number;
  warnings: string[];
}

/** Loudness may differ by so much before a person is told. */
const CLOSE_ENOUGH_LUFS = 0.5;
const SLOWEST = 0.5;
const FASTEST = 2;

/** Writes and stores a clip and its times: 48 kHz, mono, 16 bit, as loud as asked where the peaks allow it. */
export async function storeClip(pool: ComputePool, placed: PlacedSpeech, context: WorkContext): Promise<SpeechOutput> {
  const { layout, request, voice, engine, source, confidence } = placed;
  const wav = path.join(context.dir, 'speech.wav');
  const args = {
    pieces: layout.pieces,
    duration_ms: layout.duration_ms,
    pitch: clampFactor(voice.params.pitch * request.pitch),
    formant: clampFactor(voice.params.formant),
    loudness_lufs: request.loudness_lufs,
    wav,
  };
  const { loudness_lufs } = await pool.run('speech.finish_clip', args, { signal: context.signal });
  return {
    duration_ms: layout.duration_ms,
    audio: await context.store('speech', { path: wav, content_type: 'audio/wav' }),
    timing: await context.storeJson('speech_timing', timingOf(placed)),
    words: layout.words.length,
    engine,
    voice_id: voice.voice_id,
    timing_source: source,
    confidence,
    loudness_lufs,
    warnings: [...placed.warnings, ...levelWarnings(placed, loudness_lufs)],
  };
}

/** A factor as far as the voice stays a voice. */
export function clampFactor(factor: number): number {
  return Math.max(SLOWEST, Math.min(FASTEST, factor));
}

function timingOf({ layout, source, confidence }: PlacedSpeech): SpeechTiming {
  const { duration_ms, words, phones, sentences } = layout;
  return { duration_ms, words, phones, visemes: toVisemes(phones, duration_ms), sentences, source, confidence };
}

/** Names nothing of the text: warnings are shown and logged. */
function levelWarnings({ layout, request }: PlacedSpeech, loudness: number): string[] {
  if (layout.words.length === 0) return ['There was nothing to speak, so the clip is silent.'];
  if (Math.abs(loudness - request.loudness_lufs) <= CLOSE_ENOUGH_LUFS) return [];
  return [`The loudness is ${loudness} LUFS instead of ${request.loudness_lufs}: peaks leave no more room.`];
}
