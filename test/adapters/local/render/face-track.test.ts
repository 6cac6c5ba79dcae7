import { FACE_CHANNELS, type FaceTrack } from '../../../../adapters/capabilities/lip-sync';
import { blinkTimes, BLINK_GAP_MS } from '../../../../adapters/local/render/blink-track';
import { faceTrack, TRACK_LIMITS } from '../../../../adapters/local/render/face-track';
import { poseTrack } from '../../../../adapters/local/render/pose-track';
import { POSES } from '../../../../contracts/vocabulary';
import { spell, TEXT, viseme } from './test-face';

const timing = spell(TEXT.repeat(3));
const options = { fps: 25, duration_ms: timing.duration_ms, scene: 1, seed: 7, openSmile: true, pose: null };
const track = faceTrack(timing, options);
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

const at = (name: keyof FaceTrack['channels'], frame: number): number => track.channels[name][frame] ?? NaN;
const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a face track', () => {
  it('has one value a frame in every channel', () => {
    expect(track.frames).toBe(timing.duration_ms / 40);
    expect(FACE_CHANNELS.map((name) => track.channels[name].length)).toEqual(
      FACE_CHANNELS.map(() => track.frames),
    );
  });

  it('stays inside the limits of the rig, also with a strong pose on top', () => {
    const pose = poseTrack({ name: 'shake', intensity: 1 }, timing, options);
    const moved = faceTrack(timing, { ...options, pose });
    for (const name of FACE_CHANNELS) {
      const [low, high] = TRACK_LIMITS[name];
      expect(moved.channels[name].every((value) => value >= low && value <= high)).toBe(true);
    }
  });

  it('is the same for the same seed and another for another seed', () => {
    expect(faceTrack(timing, options)).toEqual(track);
    expect(faceTrack(timing, { ...options, seed: 8 })).not.toEqual(track);
  });

  it('shuts the lips for every p, b and m, for two frames at least', () => {
    const heard = timing.visemes.filter(({ id }) => id === 'PP');
    expect(heard.length).toBeGreaterThan(20);
    for (const { start_ms, end_ms } of heard) {
      const shut = track.closures.find(
        ({ from, to }) =>
          from * 40 <= start_ms && (to + 1) * 40 > start_ms - 60 && from * 40 >= start_ms - 400,
      );
      expect(shut).toBeDefined();
      expect(end_ms).toBeGreaterThan(start_ms);
    }
    for (const { from, to } of track.closures) {
      expect(to - from).toBeGreaterThanOrEqual(1);
      for (let frame = from; frame <= to; frame++)
        expect([at('close', frame), at('jaw', frame)]).toEqual([1, 0]);
    }
  });

  it('shuts the lips 30 to 70 ms before a closure is heard', () => {
    const lone = {
      ...timing,
      visemes: [viseme('aa', 0, 400), viseme('PP', 400, 480), viseme('aa', 480, 800)],
      duration_ms: 800,
    };
    const { closures } = faceTrack(lone, { ...options, duration_ms: 800 });
    expect(closures).toHaveLength(1);
    const lead = 400 - (closures[0]?.from ?? 0) * 40;
    expect(lead).toBeGreaterThanOrEqual(30);
    expect(lead).toBeLessThanOrEqual(70);
  });

  it('opens the mouth for vowels and rounds it for u', () => {
    const peak = (id: 'aa' | 'SS' | 'U', channel: 'jaw' | 'pucker'): number => {
      const alone = {
        ...timing,
        visemes: [viseme('sil', 0, 200), viseme(id, 200, 440), viseme('sil', 440, 640)],
        duration_ms: 640,
      };
      return Math.max(...faceTrack(alone, { ...options, duration_ms: 640 }).channels[channel]);
    };
    expect(peak('aa', 'jaw')).toBeGreaterThan(0.35);
    expect(peak('SS', 'jaw')).toBeLessThan(0.12);
    expect(peak('U', 'pucker')).toBeGreaterThan(0.8);
  });

  it('rests with the mouth shut in long pauses', () => {
    const pause = timing.visemes.filter(
      ({ id, start_ms, end_ms }) => id === 'sil' && end_ms - start_ms >= 400,
    );
    for (const { start_ms, end_ms } of pause) {
      const middle = Math.floor((start_ms + end_ms) / 2 / 40);
      expect(at('close', middle)).toBeGreaterThan(0.95);
      expect(at('jaw', middle)).toBeLessThan(0.02);
    }
  });

  it('moves no channel of the head by more than a small step from frame to frame', () => {
    for (const name of ['yaw', 'pitch', 'roll'] as const) {
      const steps = track.channels[name].slice(1).map((value, i) => Math.abs(value - at(name, i)));
      expect(Math.max(...steps)).toBeLessThan(0.03);
    }
  });

  it('moves the head without a period', () => {
    const yaw = track.channels.yaw;
    const middle = mean(yaw);
    const likeness = (lag: number): number => {
      const pairs = yaw.slice(lag).map((value, i) => (value - middle) * ((yaw[i] ?? 0) - middle));
      return mean(pairs) / mean(yaw.map((value) => (value - middle) ** 2));
    };
    const lags = Array.from({ length: 200 }, (_, i) => likeness(i + 100));
    expect(Math.max(...lags)).toBeLessThan(0.7);
  });
});

describe('blinks', () => {
  it.each(SEEDS)('come two to six seconds apart (seed %d)', (seed) => {
    const times = blinkTimes({ timing, scene: 1, seed });
    const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(gaps.length).toBeGreaterThan(5);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(BLINK_GAP_MS.least);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(BLINK_GAP_MS.most);
  });

  it('come two to six seconds apart across scenes too', () => {
    const gaps = SEEDS.flatMap((seed) => {
      const [last, first] = [blinkTimes({ timing, scene: 1, seed }).at(-1) ?? 0, blinkTimes({ timing, scene: 2, seed: seed + 1_000 })[0] ?? 0];
      return timing.duration_ms - last + first;
    });
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(BLINK_GAP_MS.least);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(BLINK_GAP_MS.most);
  });

  it.each([2_400, 2_440, 2_500, 3_100, 3_999, 4_500])('stay away from both ends of a scene of %d ms', (duration_ms) => {
    const short = { ...timing, duration_ms };
    const times = SEEDS.flatMap((seed) => blinkTimes({ timing: short, scene: 1, seed }));
    expect(times.length).toBeGreaterThanOrEqual(SEEDS.length);
    expect(times.every((at) => at >= 1_200 && duration_ms - at >= 1_200)).toBe(true);
  });

  it('come nearly two seconds apart also among short scenes', () => {
    const lengths = [2_399, 1_280, 1_199, 1_600, 5_000, 1_300, 1_250, 3_000, 1_700, 1_200, 6_000];
    let start = 0;
    const times = lengths.flatMap((duration_ms, at) => {
      const own = blinkTimes({ timing: { ...timing, duration_ms }, scene: at + 1, seed: at });
      start += duration_ms;
      return own.map((time) => start - duration_ms + time);
    });
    const gaps = times.slice(1).map((time, at) => time - times[at]!);
    expect(gaps.length).toBeGreaterThan(4);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_800);
  });

  it('fall on ends of sentences more often than chance would have it', () => {
    const ends = timing.sentences.map((sentence) => sentence.end_ms);
    const times = SEEDS.flatMap((seed) => blinkTimes({ timing, scene: 1, seed }));
    const onEnd = times.filter((time) => ends.some((end) => Math.abs(end - time) <= 40)).length;
    expect(onEnd / times.length).toBeGreaterThan((3 * ends.length * 80) / timing.duration_ms);
  });

  it('shut the eyes wholly', () => {
    expect(Math.max(...track.channels.blink)).toBe(1);
  });
});

describe('a pose track', () => {
  const made = POSES.map((name) => ({ name, track: poseTrack({ name, intensity: 1 }, timing, options) }));
  const reach = (values: number[]): number => Math.max(...values.map(Math.abs));

  it('moves the axis that the pose is about', () => {
    const axes = Object.fromEntries(
      made.map(({ name, track: { yaw, pitch, roll, lean } }) => [
        name,
        { yaw: reach(yaw), pitch: reach(pitch), roll: reach(roll), lean: reach(lean) },
      ]),
    );
    expect(axes['neutral']).toEqual({ yaw: 0, pitch: 0, roll: 0, lean: 0 });
    expect(axes['nod']?.pitch).toBeGreaterThan(0.08);
    expect(axes['shake']?.yaw).toBeGreaterThan(0.08);
    expect(axes['tilt']?.roll).toBeGreaterThan(0.05);
    expect(axes['lean_in']?.lean).toBeGreaterThan(0.08);
    expect(axes['emphasise']?.pitch).toBeGreaterThan(0.03);
  });

  it('grows with the intensity', () => {
    const half = poseTrack({ name: 'nod', intensity: 0.5 }, timing, options);
    const whole = poseTrack({ name: 'nod', intensity: 1 }, timing, options);
    expect(reach(half.pitch)).toBeCloseTo(reach(whole.pitch) / 2, 3);
  });

  it('has one value a frame and is the same for the same seed', () => {
    for (const { name, track: pose } of made) {
      expect([pose.yaw.length, pose.lean.length]).toEqual([track.frames, track.frames]);
      expect(poseTrack({ name, intensity: 1 }, timing, options)).toEqual(pose);
    }
  });

  it('moves also in a clip without words', () => {
    const silent = { ...timing, words: [], sentences: [], visemes: [], duration_ms: 3_000 };
    expect(
      reach(poseTrack({ name: 'nod', intensity: 1 }, silent, { ...options, duration_ms: 3_000 }).pitch),
    ).toBeGreaterThan(0.05);
  });
});
