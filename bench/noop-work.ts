import { WORK } from '../activities/index';
import type { WorkByTable } from '../activities/stage-activity';
import { NOTHING } from '../test/support/trivial-family';

const SCENE = {
  scene: 1,
  transcript: 'Words.',
  pose: { name: 'neutral', intensity: 0 },
  visual: { framing: 'medium', background: { prompt: null, asset: null }, b_roll: null, place: 'studio', time_of_day: 'day', mood: 'calm' },
  estimated_ms: 1000,
} as const;

const SIZE = { width: 854, height: 480 };

/** The film's stages with nothing in those that would store documents: what is left is orchestration and records. */
export const NOOP_WORK: WorkByTable = {
  ...WORK,
  avatar_output: {
    ...WORK.avatar_output,
    storyboard: { perform: () => Promise.resolve({ scenes: [SCENE], document: NOTHING }), scenes: () => 1 },
    stitch: {
      perform: () =>
        Promise.resolve({
          timeline: NOTHING, audio_master: NOTHING, captions_vtt: NOTHING, captions_srt: NOTHING, rough_cut: NOTHING,
          duration_ms: 1000, loudness_lufs: -16, true_peak_db: -2, scenes: [{ scene: 1, start_ms: 0, end_ms: 1000 }], continuity: [],
        }),
    },
    output: {
      perform: () =>
        Promise.resolve({
          video: NOTHING, duration_ms: 1000, size: SIZE, fps: 25, poster: NOTHING, captions: [], manifest: NOTHING,
          timeline: NOTHING, storyboard: NOTHING, checks: [],
        }),
    },
  },
};
