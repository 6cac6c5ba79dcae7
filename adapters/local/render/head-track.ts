import type { SpeechTiming } from '../../../contracts/media';
import { between, createRandom } from '../random';
import { pulse, sampleKeys, wanderKeys, type Key } from './curve';
import { findEmphases, findPauses, type Emphasis } from './emphasis';
import { clamp } from './geometry';

/** Head, eyes, brows and breath at a time of the clip. */
export interface HeadPose {
  yaw: number;
  pitch: number;
  roll: number;
  tx: number;
  ty: number;
  brow: number;
  gaze_x: number;
  gaze_y: number;
  breath: number;
}

/** Sizes of movements in the rig's units (radians for turns, interocular distances for shifts). */
const TURN = { yaw: 0.075, pitch: 0.02, roll: 0.028 } as const;
const WANDER = { yaw: 0.024, pitch: 0.015, roll: 0.012, tx: 0.014, ty: 0.008 } as const;
const NOD = 0.05;
const BROW_RAISE = 0.45;

/**
 * How a head goes with speech: a new bearing for every sentence, nods on words of weight, brows with some of them, a
 * breath before each sentence, eyes that stay on the viewer but for a glance in long pauses, and a small wandering that
 * has no period.
 */
export function headMotion(timing: SpeechTiming, seed: number): (time_ms: number) => HeadPose {
  const emphases = findEmphases(timing);
  const bearings = bearingKeys(timing, seed);
  const wander = wandering(timing.duration_ms, seed);
  const breath = breathKeys(timing);
  const glance = glances(timing, seed);
  const brows = browRaises(timing, emphases, seed);
  return (time) => {
    const drift = wander(time);
    const yaw = sampleKeys(bearings.yaw, time) + WANDER.yaw * drift.yaw;
    const nod = emphases.reduce(
      (sum, { at_ms, weight }) =>
        sum + weight * pulse(time, { start_ms: at_ms - 60, rise_ms: 190, fall_ms: 340 }),
      0,
    );
    const pitch = sampleKeys(bearings.pitch, time) + WANDER.pitch * drift.pitch + NOD * nod;
    return {
      yaw,
      pitch,
      roll: sampleKeys(bearings.roll, time) + WANDER.roll * drift.roll,
      tx: WANDER.tx * drift.tx + 0.15 * yaw,
      ty: WANDER.ty * drift.ty + 0.12 * NOD * nod,
      brow: clamp(brows(time), 0, 1),
      // Eyes turn against the head, so that the look stays where it was.
      gaze_x: clamp(-1.6 * yaw + glance(time), -0.6, 0.6),
      gaze_y: clamp(-1.2 * pitch, -0.4, 0.4),
      breath: sampleKeys(breath, time),
    };
  };
}

/** One bearing a sentence, taken up in the pause before it; long pauses let the head settle towards the middle. */
function bearingKeys(timing: SpeechTiming, seed: number): Record<'yaw' | 'pitch' | 'roll', Key[]> {
  const random = createRandom(`bearing ${seed}`);
  const keys: Record<'yaw' | 'pitch' | 'roll', Key[]> = { yaw: [], pitch: [], roll: [] };
  let side = random() < 0.5 ? -1 : 1;
  timing.sentences.forEach((sentence, i) => {
    if (random() < 0.7) side = -side;
    const yaw = i === 0 ? 0.3 * side * TURN.yaw : side * between(random, 0.25, 1) * TURN.yaw;
    const values = {
      yaw,
      pitch: between(random, -1, 0.6) * TURN.pitch,
      roll: -Math.sign(yaw) * between(random, -0.2, 1) * TURN.roll,
    };
    const pause = sentence.start_ms - (timing.sentences[i - 1]?.end_ms ?? 0);
    for (const axis of ['yaw', 'pitch', 'roll'] as const) {
      // Settled by the end of the sentence, and turned within the first fifth of a second of the next.
      keys[axis].push({
        at_ms: sentence.start_ms + Math.min(200, 0.2 * (sentence.end_ms - sentence.start_ms)),
        value: values[axis],
      });
      const rest = pause > 400 ? 0.75 : 0.9;
      keys[axis].push({
        at_ms: Math.max(sentence.start_ms + 210, sentence.end_ms - 60),
        value: values[axis] * rest,
      });
    }
  });
  for (const axis of ['yaw', 'pitch', 'roll'] as const)
    keys[axis].push({ at_ms: timing.duration_ms + 400, value: 0 });
  return keys;
}

function wandering(
  duration_ms: number,
  seed: number,
): (time_ms: number) => Record<'yaw' | 'pitch' | 'roll' | 'tx' | 'ty', number> {
  const random = createRandom(`wander ${seed}`);
  const keys = (): Key[] => wanderKeys(random, duration_ms, { least_ms: 550, most_ms: 1_600 });
  const [yaw, pitch, roll, tx, ty] = [keys(), keys(), keys(), keys(), keys()];
  return (time) => ({
    yaw: sampleKeys(yaw, time),
    pitch: sampleKeys(pitch, time),
    roll: sampleKeys(roll, time),
    tx: sampleKeys(tx, time),
    ty: sampleKeys(ty, time),
  });
}

/** In before a sentence, out while it is spoken. */
function breathKeys(timing: SpeechTiming): Key[] {
  const keys: Key[] = [{ at_ms: 0, value: 0.4 }];
  for (const sentence of timing.sentences) {
    keys.push(
      { at_ms: sentence.start_ms + 60, value: 1 },
      { at_ms: Math.max(sentence.start_ms + 400, sentence.end_ms), value: 0.1 },
    );
  }
  keys.push({ at_ms: timing.duration_ms + 300, value: 0.4 });
  return keys.sort((a, b) => a.at_ms - b.at_ms);
}

/** Short looks aside in pauses that are long enough to be seen as thinking. */
function glances(timing: SpeechTiming, seed: number): (time_ms: number) => number {
  const random = createRandom(`glance ${seed}`);
  const found = findPauses(timing)
    .filter(
      (pause) =>
        pause.start_ms > 0 && pause.end_ms - pause.start_ms >= 350 && pause.end_ms < timing.duration_ms,
    )
    .filter(() => random() < 0.5)
    .map((pause) => ({
      start_ms: pause.start_ms + 40,
      length: pause.end_ms - pause.start_ms,
      reach: (random() < 0.5 ? -1 : 1) * between(random, 0.15, 0.3),
    }));
  // Saccades take some 40 ms: one frame.
  return (time) =>
    found.reduce(
      (sum, { start_ms, length, reach }) =>
        sum + reach * (time > start_ms && time < start_ms + length * 0.8 ? 1 : 0),
      0,
    );
}

/** Brows rise with some of the emphases and at the end of questions. */
function browRaises(
  timing: SpeechTiming,
  emphases: readonly Emphasis[],
  seed: number,
): (time_ms: number) => number {
  const random = createRandom(`brow ${seed}`);
  const raises = emphases
    .filter(() => random() < 0.6)
    .map(({ at_ms, weight }) => ({ start_ms: at_ms - 100, height: weight * BROW_RAISE }));
  for (const { text, end_ms } of timing.sentences) {
    if (/\?\W*$/.test(text)) raises.push({ start_ms: end_ms - 450, height: 0.7 });
  }
  return (time) =>
    Math.max(
      0,
      ...raises.map(({ start_ms, height }) => height * pulse(time, { start_ms, rise_ms: 160, fall_ms: 420 })),
    );
}
