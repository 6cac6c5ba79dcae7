import type { SpeechTiming, Timeline, TimelineScene } from '../../../contracts/media';
import type { StitchOutput } from '../../../contracts/stages';
import type { AudioMaster } from './audio-master';
import { loudnessBetween, MAX_TRUE_PEAK_DB } from './audio-master';
import { BYTES_PER_MS } from './wav';

type Check = StitchOutput['continuity'][number];

/** Neighbours that differ by more sound like another room (EBU R 128 s2 lets speech vary about this much). */
const MAX_LOUDNESS_STEP_LU = 3;
const MAX_LOUDNESS_ERROR_LU = 0.5;
const MAX_LENGTH_ERROR_MS = 40;
const MAX_PACE_RATIO = 1.6;
/** Pace means nothing for a handful of words. */
const PACE_MIN_WORDS = 6;

export interface ContinuityInput {
  timeline: Timeline;
  timings: SpeechTiming[];
  master: AudioMaster;
  target_lufs: number;
}

/** What a reviewer would otherwise have to look for. Every check says in `note` what it saw; a failed one names its scene. */
export function checkContinuity(input: ContinuityInput): Check[] {
  const { timeline, timings } = input;
  return [
    checkBounds(timeline),
    ...checkScenes('words_inside', timeline.scenes, wordsInside),
    ...checkScenes('speech_length', timeline.scenes, (scene, at) => speechLength(input, scene, at)),
    ...checkPairs('framing_jump', timeline.scenes, framingJump),
    ...checkPairs('loudness_jump', timeline.scenes, (a, b) => loudnessJump(input, a, b)),
    ...checkPairs('pace_jump', timeline.scenes, paceJump),
    ...checkScenes('word_timing', timeline.scenes, (_, at) =>
      (timings[at]?.confidence ?? 0) < 0.5 ? 'word times are a guess: captions may be off' : null,
    ),
    checkLoudness(input),
  ];
}

function checkBounds(timeline: Timeline): Check {
  const broken = timeline.scenes.find(
    (scene, at) => scene.start_ms !== (timeline.scenes[at - 1]?.end_ms ?? 0),
  );
  const passed = broken === undefined && timeline.scenes.at(-1)?.end_ms === timeline.duration_ms;
  return {
    check: 'timeline_gap',
    scene: broken?.scene ?? null,
    passed,
    note: passed ? `${timeline.scenes.length} scenes meet without gap or overlap` : 'scenes do not meet',
  };
}

/** One row for each scene with a fault; one that passed when there is none. */
function checkScenes(
  check: string,
  scenes: TimelineScene[],
  find: (scene: TimelineScene, at: number) => string | null,
): Check[] {
  const faults = scenes.flatMap((scene, at) => {
    const note = find(scene, at);
    return note === null ? [] : [{ check, scene: scene.scene, passed: false, note }];
  });
  return faults.length > 0 ? faults : [{ check, scene: null, passed: true, note: 'no scene stands out' }];
}

function checkPairs(
  check: string,
  scenes: TimelineScene[],
  find: (before: TimelineScene, scene: TimelineScene) => string | null,
): Check[] {
  return checkScenes(check, scenes, (scene, at) => {
    const before = scenes[at - 1];
    return before ? find(before, scene) : null;
  });
}

function wordsInside(scene: TimelineScene): string | null {
  if (scene.words.length === 0) return 'no words: nothing to caption';
  const squeezed = scene.words.filter((word) => word.end_ms <= word.start_ms).length;
  return squeezed === 0 ? null : `${squeezed} words lay outside the scene or over one another`;
}

function speechLength({ master }: ContinuityInput, scene: TimelineScene, at: number): string | null {
  const sound = (master.sources[at]?.bytes ?? 0) / BYTES_PER_MS;
  const difference = Math.round(sound - (scene.end_ms - scene.start_ms));
  return Math.abs(difference) <= MAX_LENGTH_ERROR_MS
    ? null
    : `the sound is ${Math.abs(difference)} ms ${difference > 0 ? 'longer' : 'shorter'} than the scene`;
}

/** The same person at the same size before the same ground looks like a jump in time. */
function framingJump(before: TimelineScene, scene: TimelineScene): string | null {
  const same =
    before.visual.framing === scene.visual.framing &&
    before.visual.background.asset_id === scene.visual.background.asset_id;
  return same ? `same framing and background as scene ${before.scene}` : null;
}

function loudnessJump(
  { master }: ContinuityInput,
  before: TimelineScene,
  scene: TimelineScene,
): string | null {
  const [from, to] = [before, scene].map(({ start_ms, end_ms }) =>
    loudnessBetween(master.loudness, start_ms, end_ms),
  );
  if (from == null || to == null) return to == null ? 'the scene is silent' : null;
  const step = to - from;
  return Math.abs(step) <= MAX_LOUDNESS_STEP_LU
    ? null
    : `${step.toFixed(1)} LU against scene ${before.scene}`;
}

function paceJump(before: TimelineScene, scene: TimelineScene): string | null {
  if (Math.min(before.words.length, scene.words.length) < PACE_MIN_WORDS) return null;
  const ratio = pace(scene) / pace(before);
  return ratio < MAX_PACE_RATIO && ratio > 1 / MAX_PACE_RATIO
    ? null
    : `${Math.round(pace(scene))} words a minute after ${Math.round(pace(before))}`;
}

const pace = (scene: TimelineScene): number =>
  (scene.words.length * 60_000) / Math.max(1, scene.end_ms - scene.start_ms);

function checkLoudness({ master, target_lufs }: ContinuityInput): Check {
  const { integrated_lufs, true_peak_db } = master.loudness;
  const passed =
    Math.abs(integrated_lufs - target_lufs) <= MAX_LOUDNESS_ERROR_LU && true_peak_db <= MAX_TRUE_PEAK_DB;
  return {
    check: 'loudness',
    scene: null,
    passed,
    note: `${integrated_lufs.toFixed(1)} LUFS, ${true_peak_db.toFixed(1)} dBTP`,
  };
}
