import type { Request, Response } from 'express';
import { ENDED_STATUSES } from '../contracts/vocabulary';
import { listEvents } from '../db/events-read';
import { findJob, type JobRow } from '../db/jobs';
import { closing } from './closing';
import type { ApiDeps } from './deps';
import { presentEvent } from './present/event';

const COMMENT_EVERY_MS = 15_000;
const PAGE = 100;

/**
 * Server-sent events from behind `Last-Event-ID` on: everything that is stored, then whatever comes, until the job's last
 * event. A comment every 15 s keeps proxies from closing a quiet stream.
 */
export async function streamEvents(deps: ApiDeps, job: JobRow, { request, response }: { request: Request; response: Response }): Promise<void> {
  const signal = closing(response);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  response.flushHeaders();
  let after = startOf(request);
  let ended = ENDED_STATUSES.includes(job.status);
  while (!signal.aborted) {
    const rows = await listEvents(deps.pool, job.job_id, { after, limit: PAGE });
    for (const row of rows) {
      const event = await presentEvent(deps, job.tenant, row);
      response.write(`id: ${row.sequence}\nevent: ${row.type}\ndata: ${JSON.stringify(event)}\n\n`);
      after = row.sequence;
    }
    if (rows.length === PAGE) continue;
    if (ended) break;
    await deps.watcher.until(job.job_id, after, { timeoutMs: COMMENT_EVERY_MS, signal });
    if (deps.watcher.isStopped()) break;
    const now = await findJob(deps.pool, job.tenant, job.job_id);
    ended = !now || ENDED_STATUSES.includes(now.status);
    if (!ended && now?.last_sequence === after) response.write(': still here\n\n');
  }
  response.end();
}

function startOf(request: Request): number {
  const given = Number(request.headers['last-event-id'] ?? 0);
  return Number.isSafeInteger(given) && given > 0 && given < 2_147_483_647 ? given : 0;
}
