import { decision, fatesOf, play, started } from './plans';

const BEFORE_BACKGROUNDS = ['payload', 'script_context', 'storyboard', 'speech/scene-1', 'speech/scene-2', 'speech/scene-3', 'backgrounds/scene-1', 'backgrounds/scene-2', 'backgrounds/scene-3'];

describe('a gate on backgrounds', () => {
  it('remakes only the scenes that a reviewer wants changed, as revision 2', async () => {
    const { simulation, result } = await play(
      { gates: ['backgrounds'] },
      {
        scenes: 3,
        story: [
          ({ decide }) => {
            decide(decision('dec_1', 'backgrounds', { scenes: [1, 3] }));
            decide(decision('dec_2', 'backgrounds', { decision: 'changes_requested', scenes: [2], note: 'Calmer' }));
          },
          ({ views, decide }) => {
            expect(views.get('backgrounds')).toEqual({ gate: 'backgrounds', stage: 'backgrounds', revision: 2, open: true, scenes: [2] });
            decide(decision('dec_3', 'backgrounds', { revision: 2 }));
          },
        ],
      },
    );
    expect(result).toEqual({ kind: 'completed', closed: true });
    expect(started(simulation).slice(0, 9)).toEqual(BEFORE_BACKGROUNDS);
    expect(started(simulation).filter((key) => key.includes('#'))).toEqual(['backgrounds/scene-2#2']);
    expect(fatesOf(simulation)).toEqual(['dec_1 applied', 'dec_2 applied', 'dec_3 applied']);
    const remade = simulation.log.find((happening) => happening.kind === 'started' && happening.task.generation === 2);
    expect(remade).toMatchObject({ task: { scene: 2, revision: 2, remake: { decision_id: 'dec_2', scenes: [2] } } });
  });

  it('lets an approved scene go on while another is still looked at', async () => {
    const { simulation } = await play(
      { gates: ['backgrounds'] },
      {
        scenes: 2,
        story: [
          ({ decide }) => decide(decision('dec_1', 'backgrounds', { scenes: [2] })),
          (now) => {
            expect(started(now).filter((key) => key.startsWith('scene_assets'))).toEqual(['scene_assets/scene-2']);
            now.decide(decision('dec_2', 'backgrounds'));
          },
        ],
      },
    );
    expect(started(simulation).at(-1)).toBe('output');
  });

  it('does not ask for scenes that were brought along as approved', async () => {
    const { simulation } = await play({ gates: ['backgrounds'], approved: { backgrounds: [1] } }, { scenes: 2, story: [({ decide }) => decide(decision('dec_1', 'backgrounds'))] });
    expect(simulation.log.find(({ kind }) => kind === 'published')).toMatchObject({ views: [{ scenes: [2], revision: 1 }] });
  });

  it('takes a decision for what it saw: stale once the scene was remade, and idle once it was decided', async () => {
    const { simulation } = await play(
      { gates: ['backgrounds'] },
      {
        scenes: 2,
        story: [
          ({ decide }) => decide(decision('dec_1', 'backgrounds', { decision: 'changes_requested', scenes: [2] })),
          ({ decide }) => {
            decide(decision('dec_2', 'backgrounds', { scenes: [2], revision: 1 }));
            decide(decision('dec_3', 'backgrounds', { scenes: [1], revision: 1 }));
            decide(decision('dec_4', 'backgrounds', { scenes: [1], revision: 2, decision: 'changes_requested' }));
            decide(decision('dec_5', 'backgrounds', { revision: 2 }));
            decide(decision('dec_6', 'backgrounds', { revision: 2 }));
          },
        ],
      },
    );
    expect(fatesOf(simulation)).toEqual(['dec_1 applied', 'dec_2 stale', 'dec_3 applied', 'dec_4 no_effect', 'dec_5 applied', 'dec_6 gate_not_open']);
  });

  it('fails the job when a reviewer rejects, resumable from the gate, with every gate closed', async () => {
    const { simulation, result } = await play({ gates: ['backgrounds'] }, { scenes: 2, story: [({ decide }) => decide(decision('dec_1', 'backgrounds', { decision: 'rejected' }))] });
    expect(result).toMatchObject({ kind: 'failed', failures: [{ stage: 'backgrounds', code: 'approval_rejected' }], resumable_from: 'backgrounds' });
    expect(simulation.views.get('backgrounds')).toMatchObject({ open: false });
  });
});

describe('a gate on the script or the storyboard', () => {
  it("puts a reviewer's own words in and passes", async () => {
    const edits = { script: 'My words.' };
    const { simulation, result } = await play({ gates: ['script'] }, { scenes: 1, story: [({ decide }) => decide(decision('dec_1', 'script', { edits }))] });
    expect(result.kind).toBe('completed');
    expect(started(simulation).slice(0, 4)).toEqual(['payload', 'script_context', 'script_context#2', 'storyboard']);
    expect(simulation.log.filter(({ kind }) => kind === 'published')).toHaveLength(2);
  });

  it('meets two requests for the same storyboard one after the other', async () => {
    const { simulation } = await play(
      { gates: ['storyboard'] },
      {
        scenes: 2,
        story: [
          ({ decide }) => {
            decide(decision('dec_1', 'storyboard', { decision: 'changes_requested', scenes: [1] }));
            decide(decision('dec_2', 'storyboard', { decision: 'changes_requested', scenes: [2] }));
          },
          ({ views, decide }) => {
            expect(views.get('storyboard')).toMatchObject({ revision: 2, scenes: [1, 2] });
            decide(decision('dec_3', 'storyboard', { revision: 2 }));
          },
        ],
      },
    );
    const remakes = simulation.log.flatMap((happening) => (happening.kind === 'started' && happening.task.remake ? [happening.task] : []));
    expect(remakes.map(({ generation, remake }) => [generation, remake?.decision_id])).toEqual([[2, 'dec_1'], [3, 'dec_2']]);
  });

  it('closes when a new storyboard has only scenes that are approved already', async () => {
    const { simulation, result } = await play(
      { gates: ['storyboard'] },
      {
        scenes: 3,
        laterScenes: 1,
        story: [
          ({ decide }) => decide(decision('dec_1', 'storyboard', { scenes: [1] })),
          ({ decide }) => decide(decision('dec_2', 'storyboard', { decision: 'changes_requested', scenes: [2] })),
        ],
      },
    );
    expect(result.kind).toBe('completed');
    expect(started(simulation)).not.toContain('speech/scene-2');
    expect(simulation.views.get('storyboard')).toMatchObject({ open: false });
  });

  it('asks for the scenes that a new storyboard has gained', async () => {
    const { simulation } = await play(
      { gates: ['storyboard'] },
      {
        scenes: 1,
        laterScenes: 2,
        story: [
          ({ decide }) => decide(decision('dec_1', 'storyboard', { decision: 'changes_requested' })),
          ({ views, decide }) => {
            expect(views.get('storyboard')).toMatchObject({ revision: 2, scenes: [1, 2] });
            decide(decision('dec_2', 'storyboard', { revision: 2 }));
          },
        ],
      },
    );
    expect(started(simulation)).toContain('enhance/scene-2');
  });

  it('keeps an early decision for its gate, and settles it when the gate never opens', async () => {
    const early = [({ decide }: { decide(sent: ReturnType<typeof decision>): void }) => decide(decision('dec_1', 'storyboard'))];
    const opened = await play({ gates: ['script', 'storyboard'] }, { scenes: 1, story: [...early, ({ decide }) => decide(decision('dec_2', 'script'))] });
    expect(fatesOf(opened.simulation)).toEqual(['dec_1 early', 'dec_2 applied', 'dec_1 applied']);
    const rejected = await play({ gates: ['script', 'storyboard'] }, { scenes: 1, story: [...early, ({ decide }) => decide(decision('dec_2', 'script', { decision: 'rejected' }))] });
    expect(fatesOf(rejected.simulation)).toEqual(['dec_1 early', 'dec_2 applied', 'dec_1 gate_not_open']);
  });
});

describe('a gate on the rough cut', () => {
  it('remakes scene assets of the named scene and the cut that shows it, also when a second wish comes while the cut is made', async () => {
    const { simulation, result } = await play(
      { gates: ['video_assets'], mode: 'pose' },
      {
        scenes: 2,
        story: [
          (now) => {
            now.decide(decision('dec_1', 'video_assets', { decision: 'changes_requested', scenes: [2] }));
            now.decide(decision('dec_2', 'video_assets', { decision: 'changes_requested', scenes: [1] }));
          },
          ({ decide }) => decide(decision('dec_3', 'video_assets', { revision: 2 })),
        ],
      },
    );
    expect(result.kind).toBe('completed');
    expect(started(simulation).filter((key) => key.includes('#')).sort()).toEqual([
      'broll_pose/scene-1#2',
      'broll_pose/scene-2#2',
      'scene_assets/scene-1#2',
      'scene_assets/scene-2#2',
      'stitch#2',
    ]);
  });
});

describe("a gate's deadline", () => {
  const expire = [({ expire: pass }: { expire(gate: 'script', revision: number): void }) => pass('script', 1)];

  it('fails the job where the caller said so', async () => {
    const { result } = await play({ gates: ['script'], deadline_ms: 1_000, on_deadline: 'fail' }, { scenes: 1, story: [...expire] });
    expect(result).toMatchObject({ kind: 'failed', failures: [{ stage: 'script_context', code: 'approval_timeout' }], resumable_from: 'script_context' });
  });

  it('approves where the caller said so', async () => {
    const { simulation, result } = await play({ gates: ['script'], deadline_ms: 1_000, on_deadline: 'approve' }, { scenes: 1, story: [...expire] });
    expect(simulation.timers).toEqual([{ gate: 'script', revision: 1, ms: 1_000 }]);
    expect(result.kind).toBe('completed');
    expect(fatesOf(simulation)).toEqual(['deadline:script:1 applied']);
  });

  it('means nothing to a later round', async () => {
    const { simulation, result } = await play(
      { gates: ['script'], deadline_ms: 1_000, on_deadline: 'fail' },
      {
        scenes: 1,
        story: [
          ({ decide }) => decide(decision('dec_1', 'script', { decision: 'changes_requested' })),
          (now) => {
            now.expire('script', 1);
            now.decide(decision('dec_2', 'script', { revision: 2 }));
          },
        ],
      },
    );
    expect(result.kind).toBe('completed');
    expect(simulation.timers.map(({ revision }) => revision)).toEqual([1, 2]);
  });
});
