import { loadOpenGates } from '../../db/gates';
import type { Db } from '../../db/pool';

/** `awaiting` as the API shows it: gates that wait for a reviewer, and submits that wait for an operator. */
export async function awaitingOf(db: Db, jobId: string): Promise<unknown[]> {
  const gates = await loadOpenGates(db, jobId);
  return gates.map(({ gate, stage, revision, opened_at, scenes, assets }) => ({ gate, ...(stage ? { stage } : {}), revision, since: opened_at.toISOString(), scenes, assets }));
}
