import type { SceneMeasures } from '../../../../adapters/local/assembly/watch/measure-scene';
import { planLooks, type WatchedScene } from '../../../../adapters/local/assembly/watch/plan-looks';
import { checkSight } from '../../../../adapters/local/assembly/watch/watch-checks';
import { FACE_CHANNELS, type FaceTrack } from '../../../../adapters/capabilities/lip-sync';

const FPS = 25;

/** A scene that shuts its lips every second and its eyes every four. */
function makeScene(scene: number, { first, frames }: { first: number; frames: number }): WatchedScene {
  const channels = Object.fromEntries(FACE_CHANNELS.map((name) => [name, Array.from({ length: frames }, () => 0)])) as FaceTrack['channels'];
  for (let frame = 50; frame < frames; frame += 100) channels.blink[frame] = 1;
  const closures = Array.from({ length: Math.floor(frames / FPS) }, (_, at) => ({ from: at * FPS + 10, to: at * FPS + 13 }));
  return { scene, first, frames, hidden: [], track: { fps: FPS, frames, channels, closures } };
}

function makeFilm(scenes: number, frames: number): WatchedScene[] {
  return Array.from({ length: scenes }, (_, at) => makeScene(at + 1, { first: at * frames, frames }));
}

describe('the plan of looks', () => {
  it('looks at every closure twice and at every blink of a short film', () => {
    const { looks } = planLooks(makeFilm(2, 500));
    expect(looks.filter(({ purpose }) => purpose === 'closure')).toHaveLength(2 * 20 * 2);
    expect(looks.filter(({ purpose }) => purpose === 'blink')).toHaveLength(2 * 5);
    expect(looks.length).toBeLessThanOrEqual(240);
  });

  it('leaves nothing out of a film of twenty seconds, and looks at it five times a second', () => {
    const { looks, wanted } = planLooks(makeFilm(1, 500));
    expect(looks).toHaveLength(wanted.get(1)!);
    expect(looks.slice(1).every(({ frame }, at) => frame - looks[at]!.frame <= 5)).toBe(true);
  });

  it('keeps all blinks and whole closures of a long film, in about 240 looks', () => {
    const { looks, wanted } = planLooks(makeFilm(5, 1500));
    const closures = looks.filter(({ purpose }) => purpose === 'closure');
    const pairs = new Map<string, number>();
    for (const { scene, closure } of closures) pairs.set(`${scene}/${closure}`, (pairs.get(`${scene}/${closure}`) ?? 0) + 1);
    expect(looks.length).toBeLessThanOrEqual(240);
    expect(looks.length).toBeGreaterThan(216);
    expect(new Set(pairs.values())).toEqual(new Set([2]));
    expect(looks.filter(({ purpose }) => purpose === 'blink')).toHaveLength(5 * 15);
    expect([...wanted.values()].reduce((sum, count) => sum + count)).toBeGreaterThan(750);
  });

  it('looks at six closures and twelve samples at least in every scene', () => {
    const { looks } = planLooks(makeFilm(50, 500));
    for (let scene = 1; scene <= 50; scene++) {
      const own = looks.filter((look) => look.scene === scene);
      expect(own.filter(({ purpose }) => purpose === 'closure')).toHaveLength(12);
      expect(own.filter(({ purpose }) => purpose === 'sample')).toHaveLength(12);
    }
  });

  it('looks at nothing that a cutaway lies over, nor at a closure that runs into it', () => {
    // From within the closure of frames 110 to 112 to before that of frames 210 to 212, over the blink of frame 150.
    const scene = { ...makeScene(1, { first: 1000, frames: 500 }), hidden: [{ from: 111, to: 209 }] };
    const { looks, wanted } = planLooks([scene]);
    const at = (wish: string) => looks.filter(({ purpose }) => purpose === wish).map(({ frame }) => frame - scene.first);
    expect(looks.filter(({ frame }) => frame >= 1111 && frame < 1209)).toEqual([]);
    expect(at('closure').filter((frame) => frame > 62 && frame < 236)).toEqual([86, 87, 211, 212]);
    expect(at('blink')).toEqual([50, 250, 350, 450]);
    expect(looks).toHaveLength(wanted.get(1)!);
  });

  it('looks at shut lips before and after words that shut none', () => {
    const scene = makeScene(1, { first: 1000, frames: 100 });
    scene.track!.closures = [];
    for (const frame of [0, 1, 2, 97, 98, 99]) scene.track!.channels.close[frame] = 1;
    const frames = planLooks([scene]).looks.map(({ frame }) => frame);
    expect(frames).toEqual(expect.arrayContaining([1000, 1099]));
    expect(planLooks([makeScene(1, { first: 1000, frames: 100 })]).looks.map(({ frame }) => frame)).not.toContain(1000);
  });

  it('takes the widest jaw that is in sight', () => {
    const scene = makeScene(1, { first: 0, frames: 10 });
    scene.track!.closures = [];
    scene.track!.channels.jaw = [0, 0.9, 0.4, 0, 0, 0.1, 0.2, 0.3, 0.2, 0.1];
    const frames = (hidden: WatchedScene['hidden']) => planLooks([{ ...scene, hidden }]).looks.map(({ frame }) => frame);
    expect(frames([])).toEqual([1, 7]);
    expect(frames([{ from: 0, to: 2 }])).toEqual([2, 7]);
    expect(frames([{ from: 0, to: 6 }])).toEqual([7]);
  });

  it('looks at frames in the order of the film, each once', () => {
    const frames = planLooks(makeFilm(50, 500)).looks.map(({ frame }) => frame);
    expect(frames).toEqual([...new Set(frames)].sort((a, b) => a - b));
  });
});

const MEASURES: SceneMeasures = {
  ...{ scene: 1, covered: false, looks: 40, looks_wanted: 40, face_share: 1, too_small: false, darkest: 90 },
  ...{ closures: { planned: 8, measured: 8, shut: 8 }, correlation: 0.95, teeth: 0.9, blinks: [60, 160], blinks_planned: 2, distance: 0.2 },
};
const FILM = { fps: FPS, duration_ms: 10_000 };

describe('the checks of what was seen', () => {
  it('pass a scene in which all is well, without a note', () => {
    const checks = checkSight([MEASURES], FILM);
    expect(checks).toHaveLength(8);
    expect(checks.filter(({ passed, note }) => !passed || note !== undefined)).toEqual([]);
  });

  it('fail two closures of eight that stay open', () => {
    const checks = checkSight([{ ...MEASURES, closures: { planned: 8, measured: 8, shut: 6 } }], FILM);
    expect(checks.filter(({ passed }) => !passed)).toEqual([
      { name: 'closures_shut', scene: 1, value: 0.75, limit: '>= 0.8', passed: false, stage: 'lip_sync' },
    ]);
  });

  it('say of a face that is too small that its lips and lids were not measured', () => {
    const small = { ...MEASURES, too_small: true, closures: { planned: 8, measured: 0, shut: 0 }, correlation: null, teeth: null, blinks: [] };
    const checks = checkSight([small], FILM);
    const unknown = checks.filter(({ value }) => value === null);
    expect(unknown.map(({ name }) => name)).toEqual(['closures_shut', 'lip_sync_correlation', 'blink_gap_longest_s', 'blink_gap_shortest_s']);
    expect(unknown.every(({ passed, note }) => passed && note?.includes('too small'))).toBe(true);
  });

  it('say how much of a long film was looked at', () => {
    const thin = { ...MEASURES, looks: 20, closures: { planned: 8, measured: 6, shut: 6 } };
    const notes = new Map(checkSight([thin], FILM).map(({ name, note }) => [name, note]));
    expect(notes.get('closures_shut')).toBe('6 of 8 closures looked at');
    expect(notes.get('face_visible')).toBe('20 of 40 frames looked at');
    expect(notes.get('blink_gap_longest_s')).toBeUndefined();
  });

  it('say nothing of the time between blinks where there is but one', () => {
    const names = (blinks: number[]) => checkSight([{ ...MEASURES, blinks }], FILM).map(({ name }) => name);
    expect(names([60, 160])).toContain('blink_gap_shortest_s');
    expect(names([125])).not.toContain('blink_gap_shortest_s');
    expect(names([125])).toContain('blink_gap_longest_s');
  });

  it('fail blinks that were planned and not seen', () => {
    const checks = checkSight([{ ...MEASURES, blinks: [] }], FILM);
    expect(checks.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(['blink_gap_longest_s']);
  });
});
