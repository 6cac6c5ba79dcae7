import { decision, outputPlan, play, started } from './plans';
import { simulate, type Simulation } from './simulation';

function endedAs({ log }: Simulation, how: string): string[] {
  return log.flatMap((happening) => (happening.kind === 'ended' && happening.how === how ? [happening.key] : []));
}

describe('a failure', () => {
  it('of lip_sync/scene-2 keeps the work of its siblings and starts nothing new', async () => {
    const { simulation, result } = await play({}, { scenes: 3, failing: ['lip_sync/scene-2'] });
    expect(result).toMatchObject({ kind: 'failed', failures: [{ stage: 'lip_sync', scene: 2 }], resumable_from: 'lip_sync' });
    expect(endedAs(simulation, 'done')).toEqual(expect.arrayContaining(['lip_sync/scene-1', 'lip_sync/scene-3']));
    expect(started(simulation)).not.toContain('output');
    expect(simulation.running.size).toBe(0);
  });

  it('beside another makes the job resumable from the earlier stage, whichever came first', async () => {
    const failing = ['backgrounds/scene-1', 'speech/scene-2'];
    const { result } = await simulate(outputPlan(), {
      next: (simulation) => {
        const late = [...simulation.running.keys()].at(-1) ?? '';
        if (failing.includes(late)) simulation.fail(late);
        else simulation.finish(late, late === 'storyboard' ? { scenes: 2 } : {});
      },
    });
    expect(result).toMatchObject({ kind: 'failed', failures: [{ stage: 'backgrounds' }, { stage: 'speech' }], resumable_from: 'speech' });
  });
});

describe('a run', () => {
  it('of a job whose work is all there starts nothing and leaves its closing to the caller', async () => {
    const plan = outputPlan({ scenes: 2 });
    const { simulation, result } = await simulate({ ...plan, rows: plan.rows.map((row) => ({ ...row, known: 'all' })) }, { next: () => undefined });
    expect(started(simulation)).toEqual([]);
    expect(result).toEqual({ kind: 'completed', closed: false });
  });

  it('fails at a gate that is rejected, also when all work is there', async () => {
    const plan = outputPlan({ scenes: 2, gates: ['video_assets'] });
    const rejection = decision('dec_1', 'video_assets', { decision: 'rejected' });
    const { result } = await simulate({ ...plan, rows: plan.rows.map((row) => ({ ...row, known: 'all' })) }, { next: ({ decide }) => decide(rejection) });
    expect(result).toMatchObject({ kind: 'failed', failures: [{ code: 'approval_rejected' }], resumable_from: 'stitch' });
  });

  it('with known outputs runs only what is missing', async () => {
    const all = 'all' as const;
    const known = { payload: all, script_context: all, storyboard: all, speech: [1, 2], backgrounds: [1, 2], scene_assets: [1, 2], stitch: all, lip_sync: [1], enhance: [1] };
    const { simulation } = await play({ known, scenes: 2 }, { scenes: 2 });
    expect(started(simulation)).toEqual(['lip_sync/scene-2', 'enhance/scene-2', 'output']);
  });

  it('keeps to its concurrency', async () => {
    const { simulation } = await play({ concurrency: 1 }, { scenes: 3 });
    let running = 0;
    for (const { kind } of simulation.log) {
      if (kind === 'started') running += 1;
      if (kind === 'ended') running -= 1;
      expect(running).toBeLessThanOrEqual(1);
    }
  });

  it('goes on when its cap was raised before the item had reported that it waits', async () => {
    let raised = false;
    const { simulation, result } = await simulate(outputPlan(), {
      next: (now) => {
        const [first = ''] = now.running.keys();
        if (first !== 'stitch' || raised) return now.finish(first, first === 'storyboard' ? { scenes: 1 } : {});
        raised = true;
        now.unpark();
        now.park(first);
      },
    });
    expect(result.kind).toBe('completed');
    expect(started(simulation).filter((key) => key === 'stitch')).toHaveLength(2);
  });

  it('waits for a budget until it is raised', async () => {
    let parked = false;
    const { result } = await simulate(outputPlan(), {
      next: (now) => {
        const [first] = now.running.keys();
        if (first === undefined) return now.unpark();
        if (first === 'output' && !parked) {
          parked = true;
          return now.park(first);
        }
        now.finish(first, first === 'storyboard' ? { scenes: 1 } : {});
      },
    });
    expect([parked, result]).toEqual([true, { kind: 'completed', closed: true }]);
  });

  it('tells generations of a join apart by scene', async () => {
    const { simulation } = await play({}, { scenes: 3 });
    const stitch = simulation.log.find((happening) => happening.kind === 'started' && happening.key === 'stitch');
    expect(stitch).toMatchObject({ task: { scene: null, scenes: 3, needs: { storyboard: 1, speech: [1, 1, 1], backgrounds: [1, 1, 1] } } });
    const lips = simulation.log.find((happening) => happening.kind === 'started' && happening.key === 'lip_sync/scene-2');
    expect(lips).toMatchObject({ task: { scene: 2, needs: { speech: 1, stitch: 1 } } });
  });
});
