import path from 'node:path';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { projectRoot } from '../../contracts/project-root';
import { queueLimits } from '../../worker/queues';
import { mediaQueueOf } from './queues';

const SETTINGS = { media_slots: 8, provider_slots: 20 };

/** Workers of one contender for the bare workflows, with the product's own limits, on a connection as the SDK makes it. */
export async function startBareWorkers(address: string, taskQueue: string): Promise<{ stop(): Promise<void> }> {
  const connection = await NativeConnection.connect({ address });
  const { code } = await bundleWorkflowCode({ workflowsPath: path.join(projectRoot(), 'bench', 'bare', 'workflows.ts') });
  const activities = { noop: (stage: string) => Promise.resolve({ digest: stage }) };
  const workers = await Promise.all([
    Worker.create({ connection, taskQueue, workflowBundle: { code }, activities, ...queueLimits('avatar', SETTINGS) }),
    Worker.create({ connection, taskQueue: mediaQueueOf(taskQueue), activities, ...queueLimits('media', SETTINGS) }),
  ]);
  const runs = workers.map((worker) => worker.run());
  return {
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(runs);
      await connection.close();
    },
  };
}
