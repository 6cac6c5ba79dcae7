import { FinishedOutputs } from '../../activities/finished-outputs';
import type { StageTask } from '../../contracts/plan';

describe('outputs that this process has made', () => {
  const job_id = 'job_1';

  function taskOf(needs: StageTask['needs'], scene: number | null = null): StageTask {
    return {
      job_id, stage: 'stitch', scene, scenes: 2, generation: 1, revision: 1, take: '', needs, remake: null, percent: { before: 0, after: 1 }, final: false,
    };
  }

  function filled(): FinishedOutputs {
    const outputs = new FinishedOutputs();
    outputs.keep({ job_id, stage: 'payload', scene: null, generation: 1 }, '{"seed":1}');
    outputs.keep({ job_id, stage: 'speech', scene: 1, generation: 1 }, '{"words":1}');
    outputs.keep({ job_id, stage: 'speech', scene: 2, generation: 2 }, '{"words":2}');
    return outputs;
  }

  it('are found by job, stage, scene and generation', () => {
    expect(filled().findNeeds(taskOf({ payload: 1, speech: [1, 2] }), ['payload', 'speech'])).toEqual([
      { stage: 'payload', scene: null, generation: 1, output: { seed: 1 } },
      { stage: 'speech', scene: 1, generation: 1, output: { words: 1 } },
      { stage: 'speech', scene: 2, generation: 2, output: { words: 2 } },
    ]);
    expect(filled().findNeeds(taskOf({ speech: 2 }, 2), ['speech'])).toEqual([{ stage: 'speech', scene: 2, generation: 2, output: { words: 2 } }]);
  });

  it('are all there or not given at all', () => {
    expect(filled().findNeeds(taskOf({ payload: 1, speech: [1, 1] }), ['payload', 'speech'])).toBeNull();
    expect(filled().findNeeds({ ...taskOf({ payload: 1 }), job_id: 'job_2' }, ['payload'])).toBeNull();
    expect(filled().findNeeds(taskOf({ payload: 1 }), ['payload', 'speech'])).toBeNull();
    expect(filled().findNeeds(taskOf({}), [])).toEqual([]);
  });

  it('cannot be changed, so that all who ask get the same', () => {
    const outputs = filled();
    outputs.keep({ job_id, stage: 'storyboard', scene: null, generation: 1 }, '{"scenes":[{"scene":1}]}');
    const [payload, storyboard] = outputs.findNeeds(taskOf({ payload: 1, storyboard: 1 }), ['payload', 'storyboard']) ?? [];
    expect(() => Object.assign(payload?.output as object, { seed: 2 })).toThrow(TypeError);
    expect(() => (storyboard?.output as { scenes: unknown[] }).scenes.push({})).toThrow(TypeError);
    expect(() => Object.assign((storyboard?.output as { scenes: object[] }).scenes[0]!, { scene: 2 })).toThrow(TypeError);
    expect(outputs.findNeeds(taskOf({ payload: 1 }), ['payload'])?.[0]?.output).toEqual({ seed: 1 });
  });

  it('are forgotten, oldest first, when there are many', () => {
    const outputs = filled();
    for (let generation = 1; generation <= 4_000; generation += 1) outputs.keep({ job_id, stage: 'output', scene: null, generation }, '{}');
    expect(outputs.findNeeds(taskOf({ payload: 1 }), ['payload'])).toBeNull();
    expect(outputs.findNeeds(taskOf({ output: 4_000 }), ['output'])).toHaveLength(1);
  });
});
