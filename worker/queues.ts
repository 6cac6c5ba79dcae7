import type { WorkerOptions } from '@temporalio/worker';
import type { Queue } from '../contracts/vocabulary';

export interface QueueSettings {
  media_slots: number;
  provider_slots: number;
}

/** Queues whose workers run workflows; the others serve activities only and cost almost nothing. */
const WORKFLOW_QUEUES: readonly Queue[] = ['avatar', 'marketing', 'callbacks', 'maintenance', 'retry'];

export function runsWorkflows(queue: Queue): boolean {
  return WORKFLOW_QUEUES.includes(queue);
}

/**
 * How often the server hears that work goes on. The SDK's own pace, four fifths of the heartbeat timeout, would leave a busy
 * process two seconds before its work counts as lost; this leaves it six, and a cancellation is heard sooner.
 */
const HEARTBEAT_PACE = '2 seconds';

/** How one worker process works on each queue: how much at once, and how it shows that it is there. */
export function queueLimits(queue: Queue, settings: QueueSettings): Partial<WorkerOptions> {
  return { ...slotsOf(queue, settings), maxHeartbeatThrottleInterval: HEARTBEAT_PACE };
}

function slotsOf(queue: Queue, settings: QueueSettings): Partial<WorkerOptions> {
  // Work on this machine's cores: more at once would only make all of it slower.
  if (queue === 'media') return { maxConcurrentActivityTaskExecutions: settings.media_slots };
  // Work that waits on the network.
  if (queue === 'provider') return { maxConcurrentActivityTaskExecutions: settings.provider_slots };
  return {
    // Callbacks wait on the network as well, for receivers that may be slow.
    maxConcurrentActivityTaskExecutions: queue === 'callbacks' ? settings.provider_slots : 40,
    maxConcurrentWorkflowTaskExecutions: 40,
    // Each cached workflow costs about 0.2 MB; the default would assume the whole heap.
    maxCachedWorkflows: 150,
    // How long a lost worker's workflows wait for it before another one reads their history.
    stickyQueueScheduleToStartTimeout: '3 seconds',
  };
}
