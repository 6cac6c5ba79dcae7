import { conduct } from './orchestra';
import { createTrivialFamily } from './trivial-family';

/**
 * A worker process of its own, to be killed: the first call of each operation named in HOLD never returns, and says so on
 * standard output.
 */
async function main(): Promise<void> {
  const hold = new Set((process.env['HOLD'] ?? '').split(',').filter(Boolean));
  const adapters = createTrivialFamily({
    scenes: () => 1,
    onCall: async ({ operation }) => {
      if (!hold.delete(operation)) return;
      process.stdout.write(`held ${operation}\n`);
      await new Promise(() => undefined);
    },
  });
  await conduct({ adapters, address: process.env['TEMPORAL_ADDRESS'] ?? '', databaseUrl: process.env['DATABASE_URL'] ?? '' });
  process.stdout.write('ready\n');
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exit(1);
});
