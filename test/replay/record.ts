import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import setUp from '../setup/global-setup';
import tearDown from '../setup/global-teardown';
import { startOrchestra } from '../support/orchestra';
import { createTrivialFamily } from '../support/trivial-family';
import { writeHistory } from './histories';
import { SCENARIOS } from './scenarios';

/**
 * Records the histories that `replay.test.ts` replays: `npm run build && node dist/test/replay/record.js [name…]`. Run it
 * after a change of the workflows that old runs need not survive, and say in the commit why.
 */
async function main(names: string[]): Promise<void> {
  await setUp({ testPathPatterns: { patterns: ['replay'] } });
  let broken: string | null = null;
  let scenes = 3;
  const onCall = ({ operation, scene }: { operation: string; scene: number | null }): void => {
    if (`${operation}/${scene}` === broken) throw Object.assign(new Error('broken on purpose'), { name: 'PhotosRejected', problems: [{ photo: 0, code: 'photo_blurred', message: 'blurred' }] });
  };
  const orchestra = await startOrchestra(createTrivialFamily({ scenes: () => scenes, onCall }));
  const stage = { orchestra, breakAt: (item: string | null) => void (broken = item), setScenes: (count: number) => void (scenes = count) };
  for (const scenario of SCENARIOS) {
    for (const [name, workflowId] of Object.entries(await scenario(stage))) {
      if (names.length > 0 && !names.includes(name)) continue;
      const history = await orchestra.handle(workflowId).fetchHistory();
      writeHistory(name, historyToJSON(history));
      console.log(`${name}: ${history.events?.length ?? 0} events`);
    }
  }
  await orchestra.close();
  await tearDown();
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
