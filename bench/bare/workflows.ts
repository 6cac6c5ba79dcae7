import { defineSearchAttributeKey } from '@temporalio/common';
import { ActivityCancellationType, proxyActivities, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { mediaQueueOf } from './queues';

/** One no-op per stage of a film with one scene, in the order and on the queues in which the product runs them. */
export interface Noops {
  noop(stage: string): Promise<{ digest: string }>;
}

const STAGE = defineSearchAttributeKey('AvatarStage', 'KEYWORD');
const OPTIONS = {
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '8 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { maximumAttempts: 8 },
} as const;

const { noop: here } = proxyActivities<Noops>(OPTIONS);

/** The same shape as the product's job, its queues and its upserts, and nothing else: the limit to compare with. */
export async function bareShape(): Promise<void> {
  const { noop: media } = proxyActivities<Noops>({ ...OPTIONS, taskQueue: mediaQueueOf(workflowInfo().taskQueue) });
  await here('payload');
  await here('script_context');
  await here('storyboard');
  upsert('speech');
  await Promise.all([media('speech'), media('backgrounds')]);
  await Promise.all([media('scene_assets'), media('broll_pose')]);
  upsert('stitch');
  await media('stitch');
  await here('lip_sync');
  upsert('enhance');
  await media('enhance');
  await media('output');
  upsert('completed');
}

/** The plainest job of eleven stages: one queue, one after the other, no attributes. */
export async function plain(): Promise<void> {
  for (let stage = 0; stage < 11; stage += 1) await here(String(stage));
}

function upsert(stage: string): void {
  upsertSearchAttributes([{ key: STAGE, value: stage }]);
}
