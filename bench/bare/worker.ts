import path from 'node:path';
import { bundleWorkflowCode, NativeConnection, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { projectRoot } from '../../contracts/project-root';
import { queueLimits } from '../../worker/queues';
import { mediaQueueOf } from './queues';

const SETTINGS = { media_slots: 8, provider_slots: 20 };

interface Running {
  stop(): Promise<void>;
}

/** Workers for the bare workflows, of its own for each queue: queues that share them keep each other warm. */
export async function startBareWorkers(address: string, queues: readonly string[]): Promise<Running> {
  const bundle = await bundleWorkflowCode({ workflowsPath: path.join(projectRoot(), 'bench', 'bare', 'workflows.ts') });
  const started = await Promise.all(queues.map((queue) => startWorkers(address, queue, bundle)));
  return { stop: async () => void (await Promise.all(started.map((running) => running.stop()))) };
}

/** With the product's own limits, on a connection as the SDK makes it. */
async function startWorkers(address: string, taskQueue: string, { code }: WorkflowBundleWithSourceMap): Promise<Running> {
  const connection = await NativeConnection.connect({ address });
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
