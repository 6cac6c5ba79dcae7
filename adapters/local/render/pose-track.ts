import type { Pose, SpeechTiming } from '../../../contracts/media';
import type { PoseTrack } from '../../capabilities/broll';
import { createRandom } from '../random';
import { pulse } from './curve';
import { findEmphases, type Emphasis } from './emphasis';
import { clamp, smoothStep } from './geometry';

export interface PoseOptions {
  fps: number;
  duration_ms: number;
  seed: number;
}

interface Movement {
  yaw: number;
  pitch: number;
  roll: number;
  lean: number;
}

/** A gesture: what it does at a time of the clip, at full intensity. */
type Gesture = (time_ms: number) => Movement;

const STILL: Movement = { yaw: 0, pitch: 0, roll: 0, lean: 0 };

/**
 * Head movement for a pose, to be added to what speech itself brings. Yaw, pitch and roll in the rig's units (about
 * radians), `lean` as a scale. Gestures fall on words of weight; the same input gives the same track.
 */
export function poseTrack(
  pose: Pose,
  timing: SpeechTiming,
  { fps, duration_ms, seed }: PoseOptions,
): PoseTrack {
  const gesture = gestureOf(pose, timing, { duration_ms, seed });
  const frames = Math.round((duration_ms * fps) / 1000);
  const moves = Array.from({ length: frames }, (_, frame) => gesture(((frame + 0.5) * 1000) / fps));
  const values = (axis: keyof Movement): number[] =>
    moves.map((move) => round(clamp(move[axis] * pose.intensity, -1, 1)));
  return { fps, yaw: values('yaw'), pitch: values('pitch'), roll: values('roll'), lean: values('lean') };
}

function gestureOf(
  pose: Pose,
  timing: SpeechTiming,
  options: { duration_ms: number; seed: number },
): Gesture {
  const side = createRandom(`pose ${options.seed}`)() < 0.5 ? -1 : 1;
  const beats = beatsOf(timing);
  switch (pose.name) {
    case 'neutral':
      return () => STILL;
    case 'nod':
      return (time) => ({
        ...STILL,
        pitch: 0.1 * sumOf(beats, (beat) => swing(time, beat.at_ms, [1, -0.35, 0.5, -0.15])),
      });
    case 'shake':
      return (time) => ({
        ...STILL,
        yaw: 0.11 * side * sumOf(beats, (beat) => swing(time, beat.at_ms, [1, -0.9, 0.55, -0.2])),
      });
    case 'lean_in':
      return (time) => {
        const share = held(time, options.duration_ms, { rise_ms: 900, fall_ms: 700 });
        return { ...STILL, lean: 0.09 * share, pitch: 0.03 * share };
      };
    case 'tilt':
      return (time) => {
        const share = held(time, options.duration_ms, { rise_ms: 600, fall_ms: 600 });
        return { ...STILL, roll: 0.07 * side * share, yaw: -0.03 * side * share };
      };
    case 'emphasise':
      return (time) => {
        const beat = sumOf(
          beats,
          ({ at_ms, weight }) => weight * pulse(time, { start_ms: at_ms - 80, rise_ms: 180, fall_ms: 420 }),
        );
        return { ...STILL, pitch: 0.06 * beat, lean: 0.025 * beat };
      };
  }
}

/** Words of weight, at least one and a second and a half apart; without words the gesture comes a third into the clip. */
function beatsOf(timing: SpeechTiming): Emphasis[] {
  const beats: Emphasis[] = [];
  for (const emphasis of findEmphases(timing)) {
    if (emphasis.at_ms - (beats.at(-1)?.at_ms ?? -Infinity) >= 1_500) beats.push(emphasis);
  }
  return beats.length > 0 ? beats : [{ at_ms: Math.round(timing.duration_ms / 3), weight: 0.8 }];
}

function sumOf(beats: readonly Emphasis[], value: (beat: Emphasis) => number): number {
  return beats.reduce((sum, beat) => sum + value(beat), 0);
}

/** A movement to and fro that dies away: one half swing after another, each with its own reach. */
function swing(time_ms: number, start_ms: number, reaches: readonly number[]): number {
  const half = 210;
  return reaches.reduce(
    (sum, reach, i) =>
      sum + reach * pulse(time_ms, { start_ms: start_ms - 120 + i * half, rise_ms: half, fall_ms: half }),
    0,
  );
}

/** Rises at the start, holds, and is gone at the end, so that the next scene begins from rest. */
function held(
  time_ms: number,
  duration_ms: number,
  { rise_ms, fall_ms }: { rise_ms: number; fall_ms: number },
): number {
  return smoothStep(0, rise_ms, time_ms) * (1 - smoothStep(duration_ms - fall_ms, duration_ms, time_ms));
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
