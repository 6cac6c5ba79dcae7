import { readGauges } from '../db/metrics';
import type { Db } from '../db/pool';

/** The text format of Prometheus. */
export async function renderMetrics(db: Db): Promise<string> {
  const gauges = await readGauges(db);
  const memory = process.memoryUsage();
  const lines = [
    '# TYPE understudy_jobs gauge',
    ...gauges.jobs.map(({ status, jobs }) => `understudy_jobs{status="${status}"} ${jobs}`),
    ...gauge('understudy_jobs_unstarted', gauges.unstarted),
    ...gauge('understudy_events_undelivered', gauges.undelivered),
    ...gauge('understudy_events_undelivered_oldest_seconds', gauges.oldest_undelivered_seconds),
    ...gauge('process_resident_memory_bytes', memory.rss),
    ...gauge('nodejs_heap_size_used_bytes', memory.heapUsed),
    ...gauge('process_uptime_seconds', Math.round(process.uptime())),
  ];
  return `${lines.join('\n')}\n`;
}

function gauge(name: string, value: number): string[] {
  return [`# TYPE ${name} gauge`, `${name} ${value}`];
}
