import { conduct } from './orchestra';
import { createTrivialFamily } from './trivial-family';

/**
 * A worker process of its own, to be killed: the first call of each operation named in HOLD returns only when its job is
 * cancelled, and says so on standard output.
 */
async function main(): Promise<void> {
  const hold = new Set((process.env['HOLD'] ?? '').split(',').filter(Boolean));
  const adapters = createTrivialFamily({
    scenes: () => 1,
    onCall: async ({ operation, signal }) => {
      if (!hold.delete(operation)) return;
      process.stdout.write(`held ${operation}\n`);
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(Object.assign(new Error('aborted'), { name: 'AbortError' }))));
    },
  });
  await conduct({ adapters, address: process.env['TEMPORAL_ADDRESS'] ?? '', databaseUrl: process.env['DATABASE_URL'] ?? '' });
  process.stdout.write('ready\n');
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exit(1);
});
