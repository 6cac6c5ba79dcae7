import type { Db } from './pool';

export interface Gauges {
  jobs: { status: string; jobs: number }[];
  unstarted: number;
  undelivered: number;
  oldest_undelivered_seconds: number;
}

/** Counts for operators; jobs of the last day only, so that the query stays small. */
export async function readGauges(db: Db): Promise<Gauges> {
  const { rows } = await db.query<Gauges>({
    name: 'read_gauges',
    text: `select
      coalesce((select json_agg(s) from (select status, count(*)::integer as jobs from jobs
        where created_at > now() - interval '1 day' group by status order by status) s), '[]') as jobs,
      (select count(*)::integer from jobs where started_at is null and status = 'accepted') as unstarted,
      (select count(*)::integer from events where delivery = 'pending') as undelivered,
      coalesce((select extract(epoch from now() - min(timestamp))::integer from events where delivery = 'pending'), 0) as oldest_undelivered_seconds`,
  });
  return rows[0] ?? { jobs: [], unstarted: 0, undelivered: 0, oldest_undelivered_seconds: 0 };
}
