import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { projectRoot } from '../../contracts/project-root';
import { bundlePath } from '../../worker/bundle';
import { historyNames, readHistory, type RecordedHistory } from './histories';

/** One for each route and gate outcome; a new one is recorded by record.ts. */
const EXPECTED = [
  ...['avatar_creation', 'avatar_creation_with_voice'],
  ...['output_single_scene', 'output_multi_scene', 'output_b_roll', 'output_pose'],
  ...['gate_approved', 'gate_partial_then_changes', 'gate_rough_cut_changes', 'gate_edits', 'gate_rejected', 'gate_deadline_approve', 'gate_deadline_fail'],
  ...['stage_failed', 'cancelled_at_gate', 'retry_parent', 'retry_pipeline', 'retry_cancelled_early', 'another_table'],
  ...['voice_cloning', 'marketing_cut'],
];

async function replay(history: RecordedHistory): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: { codePath: bundlePath() } }, history, 'replayed');
}

function scheduledIn(history: RecordedHistory, activityId: string) {
  const scheduled = history.events.map((event) => event.activityTaskScheduledEventAttributes);
  const found = scheduled.find((attributes) => attributes?.activityId === activityId);
  if (!found) throw new Error(`The history has no activity ${activityId}.`);
  return found;
}

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), telemetryOptions: { logging: { filter: 'OFF', forward: {} } }, shutdownSignals: [] });
});

describe("today's workflows", () => {
  it('have a recorded history for each route and gate outcome', () => {
    expect(historyNames()).toEqual([...EXPECTED].sort());
  });

  it.each(EXPECTED)('replay %s to its end', async (name) => {
    const history = readHistory(name);
    expect(history.events.at(-1)?.eventType).toMatch(/^EVENT_TYPE_WORKFLOW_EXECUTION_(COMPLETED|FAILED|CANCELED)$/);
    await expect(replay(history)).resolves.toBeUndefined();
  });
});

describe('a replay notices', () => {
  it('an activity with another id', async () => {
    const history = readHistory('output_multi_scene');
    scheduledIn(history, 'lip_sync/scene-2').activityId = 'lip_sync/second-scene';
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });

  it('activities in another order', async () => {
    const history = readHistory('output_multi_scene');
    const [speech, backgrounds] = [scheduledIn(history, 'speech/scene-1'), scheduledIn(history, 'backgrounds/scene-1')];
    const before = { ...speech };
    Object.assign(speech, { activityId: backgrounds.activityId, activityType: backgrounds.activityType });
    Object.assign(backgrounds, { activityId: before.activityId, activityType: before.activityType });
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });

  it('an activity of another type under the same id', async () => {
    const history = readHistory('avatar_creation');
    scheduledIn(history, 'neutral_image').activityType.name = 'character_sheet';
    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });
});

describe('protobufjs', () => {
  it('is there once, in the one version that reads JSON histories', () => {
    const read = (file: string) => JSON.parse(readFileSync(path.join(projectRoot(), file), 'utf8'));
    expect(read('package.json').dependencies.protobufjs).toBe('8.8.1');
    expect(read('node_modules/protobufjs/package.json').version).toBe('8.8.1');
    const locked = Object.keys(read('package-lock.json').packages).filter((place) => place.endsWith('node_modules/protobufjs'));
    // The gRPC loader reads no history and keeps a copy of its own.
    expect(locked.filter((place) => !place.startsWith('node_modules/@grpc/'))).toEqual(['node_modules/protobufjs']);
  });

  it.each(['client', 'common', 'proto', 'worker'])('is the same one for @temporalio/%s', (name) => {
    const from = path.join(projectRoot(), 'node_modules', '@temporalio', name);
    expect(require.resolve('protobufjs', { paths: [from] })).toBe(require.resolve('protobufjs'));
  });
});
