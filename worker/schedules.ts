import { Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy, type ScheduleOptions } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { SWEEPS, type Sweep } from '../contracts/sweeps';
import type { Queue } from '../contracts/vocabulary';

const QUEUE: Queue = 'maintenance';

/**
 * Creates the schedules, or brings those that are there up to date. A schedule that an operator paused stays paused. What
 * fails is logged: the work of the worker does not depend on it, and the next start tries again.
 */
export async function ensureSchedules(place: { connection: NativeConnection; namespace: string; log: Logger }): Promise<void> {
  const client = new Client({ connection: place.connection, namespace: place.namespace });
  for (const sweep of SWEEPS) {
    try {
      await upsert(client, optionsOf(sweep));
    } catch (error) {
      place.log.error({ schedule: sweep.id, reason: error instanceof Error ? error.message : String(error) }, 'a schedule could not be set');
    }
  }
}

function optionsOf(sweep: Sweep): ScheduleOptions {
  return {
    scheduleId: sweep.id,
    spec: { intervals: [{ every: sweep.every_ms }] },
    action: { type: 'startWorkflow', workflowType: sweep.workflow, workflowId: sweep.id, taskQueue: QUEUE, args: [{}], staticSummary: sweep.note },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: 60_000 },
    state: { note: sweep.note },
  };
}

/** Two workers that start at once both create: one of them finds the other's. */
async function upsert(client: Client, options: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    await client.schedule.getHandle(options.scheduleId).update((now) => ({ ...now, spec, action, policies: { ...now.policies, ...policies } }));
  }
}
