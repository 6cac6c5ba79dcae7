import { setTimeout as pause } from 'node:timers/promises';

/**
 * Looks until there is something. It waits for a fact, not for a time: the limit only ends a test whose fact never comes.
 */
export async function eventually<T>(fact: string, look: () => Promise<T | undefined | null | false>): Promise<T> {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`It never happened that ${fact}.`);
    await pause(25);
  }
}
