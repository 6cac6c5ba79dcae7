import { CREATION_STAGES, MODES, OUTPUT_STAGES, type StageName } from '../../contracts/vocabulary';
import { AVATAR_CREATION } from '../../workflows/avatar-creation.stages';
import { AVATAR_OUTPUT } from '../../workflows/avatar-output.stages';
import { downstreamOf, plan, routeOf, type PlanRequest } from '../../workflows/plan';
import { EACH_STAGES } from '../../workflows/stage';
import { rowOf, tableOf, type AnyRow } from '../../workflows/tables';
import { creationSnapshot, outputSnapshot } from './snapshots';

const REQUEST: PlanRequest = {
  table: 'avatar_output',
  route: OUTPUT_STAGES,
  queues: { speech: 'media', payload: 'media' },
  gates: { names: ['storyboard', 'video_assets'], deadline_ms: 60_000, on_deadline: 'approve' },
  known: {},
  approved: { storyboard: 'all' },
  scenes: null,
  take: '',
  concurrency: 4,
};

describe('routes', () => {
  const withoutCutaways = OUTPUT_STAGES.filter((stage) => stage !== 'broll_pose');

  it.each(MODES)('%s', (mode) => {
    const expected = mode === 'b_roll' || mode === 'pose' ? [...OUTPUT_STAGES] : withoutCutaways;
    expect(routeOf(AVATAR_OUTPUT, outputSnapshot(mode))).toEqual(expected);
  });

  it('of a creation measure a voice where there is a sample', () => {
    expect(routeOf(AVATAR_CREATION, creationSnapshot(true))).toEqual([...CREATION_STAGES]);
    expect(routeOf(AVATAR_CREATION, creationSnapshot(false))).toEqual(CREATION_STAGES.filter((stage) => stage !== 'voice_profile'));
  });
});

describe('a plan', () => {
  it('has the rows of its route, in order, and names the stages that are off it', () => {
    const frozen = plan({ ...REQUEST, route: withoutStage('broll_pose') });
    expect(frozen.rows.map((row) => row.stage)).toEqual(withoutStage('broll_pose'));
    expect(frozen.skipped).toEqual(['broll_pose']);
  });

  it('narrows needs and remakes to what is on its route', () => {
    const frozen = plan({ ...REQUEST, route: withoutStage('broll_pose') });
    const stitch = frozen.rows.find((row) => row.stage === 'stitch');
    expect(stitch).toMatchObject({ needs: ['payload', 'storyboard', 'speech', 'backgrounds', 'scene_assets'], gate: { remakes: ['scene_assets'] } });
  });

  it('has the gates that were asked for, with their deadline and what is approved already', () => {
    const gates = plan(REQUEST).rows.flatMap((row) => (row.gate ? [[row.stage, row.gate]] : []));
    expect(gates).toEqual([
      ['storyboard', { name: 'storyboard', remakes: ['storyboard'], approved: 'all', deadline_ms: 60_000, on_deadline: 'approve' }],
      ['stitch', { name: 'video_assets', remakes: ['scene_assets', 'broll_pose'], approved: [], deadline_ms: 60_000, on_deadline: 'approve' }],
    ]);
  });

  it("sends work to its adapter's queue and keeps control stages", () => {
    const queues = Object.fromEntries(plan(REQUEST).rows.map((row) => [row.stage, row.queue]));
    expect(queues).toMatchObject({ speech: 'media', payload: null, stitch: null });
  });

  it('attaches known outputs', () => {
    const rows = plan({ ...REQUEST, known: { payload: 'all', speech: [2] } }).rows;
    expect(rows.filter((row) => row.known.length > 0).map((row) => [row.stage, row.known])).toEqual([['payload', 'all'], ['speech', [2]]]);
  });

  it('survives JSON, as a workflow argument has to', () => {
    expect(JSON.parse(JSON.stringify(plan(REQUEST)))).toEqual(plan(REQUEST));
  });
});

function withoutStage(left: StageName): StageName[] {
  return OUTPUT_STAGES.filter((stage) => stage !== left);
}

describe('what lies downstream', () => {
  it.each<[StageName, StageName[]]>([
    ['speech', ['speech', 'scene_assets', 'broll_pose', 'stitch', 'lip_sync', 'enhance', 'output']],
    ['backgrounds', ['backgrounds', 'scene_assets', 'stitch', 'lip_sync', 'enhance', 'output']],
    ['stitch', ['stitch', 'lip_sync', 'enhance', 'output']],
    ['output', ['output']],
    ['payload', [...OUTPUT_STAGES]],
  ])('of %s', (from, expected) => {
    expect(downstreamOf(tableOf('avatar_output'), from)).toEqual(expected);
  });
});

describe.each(['avatar_creation', 'avatar_output', 'voice_cloning', 'marketing_cut'] as const)('the table %s', (name) => {
  const table = tableOf(name);
  const stages = table.map((row) => row.stage);

  it('lists every stage after what it needs', () => {
    const early = table.flatMap((row, index) => row.needs.filter((need) => !stages.slice(0, index).includes(need)));
    expect(early).toEqual([]);
    expect(new Set(stages).size).toBe(stages.length);
  });

  it('has one row per scene where the vocabulary says so', () => {
    const each: readonly StageName[] = EACH_STAGES;
    expect(table.filter((row) => row.each).map((row) => row.stage)).toEqual(stages.filter((stage) => each.includes(stage)));
  });

  it('has words for people and a weight for every stage', () => {
    expect(new Set(table.map((row) => row.label)).size).toBe(table.length);
    expect(table.filter((row) => row.weight <= 0)).toEqual([]);
  });

  it('ends in one stage that needs everything', () => {
    const last = stages.at(-1);
    expect(stages.filter((stage) => !last || !downstreamOf(table, stage).includes(last))).toEqual([]);
  });

  it('uses what a gate remakes only behind that gate', () => {
    expect(table.flatMap((row) => (row.gate ? usersBefore(table, row, row.gate.remakes) : []))).toEqual([]);
  });
});

/** Stages that would use work which a reviewer may still send back. */
function usersBefore(table: readonly AnyRow[], gated: AnyRow, remakes: readonly StageName[]): StageName[] {
  const behind = new Set(downstreamOf(table, gated.stage));
  return table.filter((row) => row.needs.some((need) => remakes.includes(need)) && !behind.has(row.stage)).map((row) => row.stage);
}

describe('a stage', () => {
  it('that a table does not have is named', () => {
    expect(() => rowOf('avatar_creation', 'speech')).toThrow('Table avatar_creation has no stage speech.');
  });
});
