import type { AssemblyAdapter } from '../../capabilities/assembly';
import type { ComputePool } from '../compute/pool';
import { buildCues } from './cues';
import { cut } from './cut';
import { join } from './join';
import { stitch } from './stitch';

/**
 * Assembly by ffmpeg as a child process. `ffmpegPath` names a build with libx264 and the native AAC encoder. With
 * `identityCheck` a finished film's faces are compared with the neutral picture.
 */
export function createLocalAssembly(
  pool: ComputePool,
  ffmpegPath: string,
  { identityCheck = true }: { identityCheck?: boolean } = {},
): AssemblyAdapter {
  return {
    stitch: (request, context) => stitch(request, context, { pool, ffmpegPath }),
    join: (request, context) => join(request, context, { pool, ffmpegPath, identityCheck }),
    cut: (request, context) => cut(request, context, { pool, ffmpegPath }),
    sceneCues: ({ words, sentences, duration_ms }) =>
      buildCues([
        { words, end_ms: duration_ms, sentence_ends_ms: sentences.map((sentence) => sentence.end_ms) },
      ]).map((cue) => ({
        start_ms: cue.start_ms,
        end_ms: cue.end_ms,
        text: cue.lines.join('\n'),
      })),
  };
}
