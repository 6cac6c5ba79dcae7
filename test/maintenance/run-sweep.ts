import { newId } from '../../contracts/ids';
import type { SweepRequest } from '../../contracts/sweeps';
import type { Orchestra } from '../support/orchestra';

/** Runs a maintenance workflow by its type and returns its report. */
export async function runSweep<Report>({ client }: Pick<Orchestra, 'client'>, workflow: string, request: SweepRequest = {}): Promise<Report> {
  return client.workflow.execute<(request: SweepRequest) => Promise<Report>>(workflow, {
    taskQueue: 'maintenance',
    workflowId: `${workflow}-${newId('event', new Date())}`,
    args: [request],
  });
}
