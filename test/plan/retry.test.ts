import fc from 'fast-check';
import type { FrozenPlan, FrozenRow } from '../../contracts/plan';
import type { StageName } from '../../contracts/vocabulary';
import type { Known } from '../../workflows/plan';
import { downstreamOf } from '../../workflows/plan';
import { knownForRetry, missingBefore, planRetry, type RetryRequest } from '../../workflows/plan-retry';
import { calmWorld, outputPlan, started } from '../engine/plans';
import { simulate } from '../engine/simulation';

const SCENES = 3;
const NUMBERS = [1, 2, 3];
const CHOICES = [null, [1], [2], [1, 3], [1, 2, 3]];

function parentPlan(mode: 'multi_scene' | 'b_roll'): FrozenPlan {
  return { ...outputPlan({ mode, gates: ['storyboard', 'backgrounds', 'video_assets'] }), scenes: SCENES };
}

function everything(plan: FrozenPlan): Known {
  return Object.fromEntries(plan.rows.map((row) => [row.stage, row.each ? NUMBERS : 'all']));
}

function keysOf(row: FrozenRow): { key: string; scene: number | null }[] {
  return row.each ? NUMBERS.map((scene) => ({ key: `${row.stage}/scene-${scene}`, scene })) : [{ key: row.stage, scene: null }];
}

function keysIn(plan: FrozenPlan, known: Known): string[] {
  return plan.rows.flatMap((row) => {
    const done = known[row.stage];
    return keysOf(row).filter(({ scene }) => done === 'all' || (scene !== null && done?.includes(scene))).map(({ key }) => key);
  });
}

/** What a request asks for, item by item. */
function asked({ parent, from_stage, scope, scenes }: RetryRequest): string[] {
  const stages: StageName[] = scope === 'only' ? [from_stage] : downstreamOf(parent.rows, from_stage);
  return parent.rows
    .filter((row) => stages.includes(row.stage))
    .flatMap(keysOf)
    .filter(({ scene }) => scene === null || scenes === null || scenes.includes(scene))
    .map(({ key }) => key);
}

/** Every stage, scope and choice of scenes, on two routes, from a parent that finished everything. */
const REQUESTS: RetryRequest[] = (['multi_scene', 'b_roll'] as const).flatMap((mode) => {
  const parent = parentPlan(mode);
  return parent.rows.flatMap(({ stage }) =>
    (['downstream', 'only'] as const).flatMap((scope) =>
      CHOICES.map((scenes) => ({ parent, finished: everything(parent), from_stage: stage, scope, scenes, keep_finished: false })),
    ),
  );
});

describe('a retry of a finished job', () => {
  it('takes over all that is not asked for, whatever the stage, the scope and the scenes', () => {
    for (const request of REQUESTS) {
      const again = asked(request);
      const rest = request.parent.rows.flatMap(keysOf).map(({ key }) => key).filter((key) => !again.includes(key));
      expect(keysIn(request.parent, knownForRetry(request))).toEqual(rest);
    }
    expect(REQUESTS).toHaveLength((10 + 11) * 2 * CHOICES.length);
  });

  it('runs exactly what is asked for', async () => {
    for (const request of REQUESTS) {
      const plan = planRetry({ ...request, job_id: 'job_2', approved: { storyboard: 'all', backgrounds: 'all', video_assets: 'all' } });
      const ungated = { ...plan, rows: plan.rows.map((row) => ({ ...row, gate: null })) };
      const { simulation, result } = await simulate(ungated, calmWorld({ first: SCENES, later: SCENES }));
      expect({ request: [request.from_stage, request.scope, request.scenes], runs: started(simulation).sort() }).toEqual({
        request: [request.from_stage, request.scope, request.scenes],
        runs: asked(request).sort(),
      });
      expect(result.kind).toBe('completed');
    }
  });

  it('gives what it makes again a take of its own', () => {
    const [request] = REQUESTS;
    if (!request) throw new Error('There are no requests.');
    expect(planRetry({ ...request, job_id: 'job_2', approved: {} }).take).toBe('job_2');
    expect(planRetry({ ...request, keep_finished: true, job_id: 'job_2', approved: {} }).take).toBe('');
  });

  it('asks again about work that is made again, and only about that', () => {
    const parent = parentPlan('multi_scene');
    const request = { parent, finished: everything(parent), from_stage: 'backgrounds' as const, scope: 'downstream' as const, scenes: [2], keep_finished: false };
    const plan = planRetry({ ...request, job_id: 'job_2', approved: { storyboard: NUMBERS, backgrounds: NUMBERS, video_assets: NUMBERS } });
    const approved = Object.fromEntries(plan.rows.flatMap((row) => (row.gate ? [[row.gate.name, row.gate.approved]] : [])));
    expect(approved).toMatchObject({ storyboard: NUMBERS, backgrounds: [1, 3] });
  });
});

/** Work as a job leaves it behind: an item is finished only if what it needs is. */
function leftBehind(plan: FrozenPlan, coin: (key: string) => boolean): Known {
  const done = new Set<string>();
  const known: Known = {};
  for (const row of plan.rows) {
    const ready = keysOf(row).filter(({ key, scene }) => coin(key) && row.needs.every((need) => isThere(plan, done, { need, scene })));
    for (const { key } of ready) done.add(key);
    if (ready.length > 0) known[row.stage] = row.each ? ready.flatMap(({ scene }) => scene ?? []) : 'all';
  }
  return known;
}

function isThere(plan: FrozenPlan, done: ReadonlySet<string>, { need, scene }: { need: StageName; scene: number | null }): boolean {
  const row = plan.rows.find((candidate) => candidate.stage === need);
  const items = row ? keysOf(row).filter((item) => item.scene === null || scene === null || item.scene === scene) : [];
  return items.every(({ key }) => done.has(key));
}

const anyParent = fc.record({
  mode: fc.constantFrom('multi_scene' as const, 'b_roll' as const),
  lost: fc.uniqueArray(fc.nat(40), { maxLength: 4 }),
  stage: fc.nat(10),
  scope: fc.constantFrom('downstream' as const, 'only' as const),
  scenes: fc.constantFrom(...CHOICES),
});

function requestFrom(drawn: { mode: 'multi_scene' | 'b_roll'; lost: number[]; stage: number; scope: 'downstream' | 'only'; scenes: number[] | null }): RetryRequest {
  const parent = parentPlan(drawn.mode);
  const keys = parent.rows.flatMap(keysOf).map(({ key }) => key);
  const lost = drawn.lost.map((index) => keys[index % keys.length]);
  const finished = leftBehind(parent, (key) => !lost.includes(key));
  const from_stage = parent.rows[drawn.stage % parent.rows.length]?.stage ?? 'payload';
  return { parent, finished, from_stage, scope: drawn.scope, scenes: drawn.scenes, keep_finished: false };
}

describe('a retry of a job that ended early', () => {
  it('keeps every finished item when it only resumes, siblings of the failed one among them', () => {
    fc.assert(
      fc.property(anyParent, (drawn) => {
        const request = { ...requestFrom(drawn), keep_finished: true };
        expect(knownForRetry(request)).toEqual(request.finished);
      }),
      { numRuns: 500 },
    );
  });

  it('runs what is asked for and what is missing below, never anything that is kept', async () => {
    await fc.assert(
      fc.asyncProperty(anyParent, fc.boolean(), async (drawn, keep_finished) => {
        const request = { ...requestFrom(drawn), keep_finished };
        fc.pre(missingBefore(request) === null);
        const plan = planRetry({ ...request, job_id: 'job_2', approved: {} });
        const ungated = { ...plan, rows: plan.rows.map((row) => ({ ...row, gate: null })) };
        const { simulation, result } = await simulate(ungated, calmWorld({ first: SCENES, later: SCENES }));
        const kept = keysIn(request.parent, knownForRetry(request));
        expect(started(simulation).filter((key) => kept.includes(key))).toEqual([]);
        expect(result.kind).toBe('completed');
        if (request.scope === 'only') expect(new Set(started(simulation).map((key) => key.split('/')[0]))).toEqual(new Set(started(simulation).length > 0 ? [request.from_stage] : []));
      }),
      { numRuns: 400 },
    );
  });

  it('has a plan that speaks of its own rows only', () => {
    fc.assert(
      fc.property(anyParent, fc.boolean(), (drawn, keep_finished) => {
        const plan = planRetry({ ...requestFrom(drawn), keep_finished, job_id: 'job_2', approved: {} });
        const stages = plan.rows.map((row) => row.stage);
        const foreign = plan.rows.flatMap((row) => [...row.needs, ...(row.gate?.remakes ?? [])]).filter((stage) => !stages.includes(stage));
        expect(foreign).toEqual([]);
        expect([...stages, ...plan.skipped].sort()).toEqual([...requestFrom(drawn).parent.rows.map((row) => row.stage), ...requestFrom(drawn).parent.skipped].sort());
      }),
      { numRuns: 300 },
    );
  });

  it('makes a finished join again when something that it joins is missing', () => {
    const parent = parentPlan('multi_scene');
    const finished = { ...everything(parent), scene_assets: [1, 3] };
    const known = knownForRetry({ parent, finished, from_stage: 'scene_assets', scope: 'downstream', scenes: null, keep_finished: true });
    expect(known).toMatchObject({ scene_assets: [1, 3], stitch: [], lip_sync: NUMBERS });
  });

  it('names what is missing before the stage that it is to start from', () => {
    const parent = parentPlan('multi_scene');
    const { speech: _lost, ...finished } = everything(parent);
    const request = { parent, finished, from_stage: 'lip_sync' as const, scope: 'downstream' as const, scenes: null, keep_finished: false };
    expect(missingBefore(request)).toBe('speech');
    expect(missingBefore({ ...request, from_stage: 'speech' })).toBe(null);
  });
});
