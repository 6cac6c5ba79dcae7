import { condition, continueAsNew, defineSignal, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { CallbackActivities } from '../activities/callbacks/callbacks';
import type { Poke } from './delivery-options';

const pokeSignal = defineSignal<[Poke?]>('poke');

const { deliver_events } = proxyActivities<CallbackActivities>({
  // Sends for ten seconds at most, and one request takes fifteen.
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '20 seconds',
  // Attempts at a receiver are counted in Postgres and wait by timers here; this only outlives workers and the database.
  retry: { initialInterval: '500 ms', maximumInterval: '30 seconds' },
});

/**
 * Delivers the events of one job in their order, for as long as the job lives. The truth about each event is in Postgres:
 * the workflow only decides when to look again, so it may be terminated or reset at any time.
 */
export async function deliverEvents(input: { job_id: string }): Promise<void> {
  let poked = false;
  let hurried = false;
  setHandler(pokeSignal, (poke) => {
    poked = true;
    hurried ||= poke?.now === true;
  });
  for (;;) {
    poked = hurried = false;
    const report = await deliver_events(input);
    if (report.state === 'ended' && !poked) return;
    if (report.state === 'waiting') await condition(() => hurried, report.wait_ms);
    if (report.state === 'idle') await condition(() => poked);
    if (workflowInfo().continueAsNewSuggested) return continueAsNew<typeof deliverEvents>(input);
  }
}
