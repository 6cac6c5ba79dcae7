import type { Gate } from '../contracts/vocabulary';
import { CLOSING } from './job-status-sets';
import type { Db } from './pool';

/** A gate's round that is still open after its deadline. */
export interface OverdueGate {
  job_id: string;
  gate: Gate;
  revision: number;
}

/** Open rounds of jobs that have not ended, whose deadline passed before `before` and whose workflow was not told since `told_before`. */
export async function listOverdueGates(
  db: Db,
  query: { before: Date; told_before: Date; tenant: string | null; limit: number },
): Promise<OverdueGate[]> {
  const { rows } = await db.query<OverdueGate>({
    name: 'list_overdue_gates',
    text: `select g.job_id, g.gate, g.revision from gates g join jobs j using (job_id)
      where g.closed_at is null and g.deadline_at < $1 and (g.expiry_told_at is null or g.expiry_told_at < $2)
        and j.status not in ${CLOSING} and ($3::text is null or j.tenant = $3)
      order by g.deadline_at limit $4`,
    values: [query.before, query.told_before, query.tenant, query.limit],
  });
  return rows;
}

/** Remembers that the workflow of a gate was told. */
export async function noteExpiryTold(db: Db, gate: OverdueGate, now: Date): Promise<void> {
  await db.query('update gates set expiry_told_at = $4 where job_id = $1 and gate = $2 and revision = $3', [gate.job_id, gate.gate, gate.revision, now]);
}
