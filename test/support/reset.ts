import type { Client } from '@temporalio/client';

interface HistoryEvent {
  eventId: number;
  type: string;
  activityType: string | null;
}

/** A run's history, as far as a reset needs it. */
export async function historyOf(client: Client, workflowId: string): Promise<HistoryEvent[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).map((event) => ({
    eventId: Number(event.eventId),
    type: String(event.eventType),
    activityType: event.activityTaskScheduledEventAttributes?.activityType?.name ?? null,
  }));
}

const WORKFLOW_TASK_COMPLETED = '7';

/** What `temporal workflow reset --event-id` does: the old run ends, a new one goes on from that workflow task. */
export async function resetTo(client: Client, workflowId: string, eventId: number): Promise<string> {
  const { runId } = await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId },
    reason: 'test',
    // The wire type is a Long; a plain number encodes the same.
    workflowTaskFinishEventId: eventId as never,
    requestId: `reset-${workflowId}-${eventId}`,
  });
  return runId;
}

/** Event ids of completed workflow tasks, oldest first. */
export function resetPoints(history: HistoryEvent[]): number[] {
  return history.filter((event) => event.type === WORKFLOW_TASK_COMPLETED).map((event) => event.eventId);
}
