import express, { type Request, type Response, type Router } from 'express';
import { ProblemError } from '../../contracts/errors';
import { inTransaction } from '../../db/pool';
import { takeReport } from '../../db/unknown-submits';
import type { ApiDeps } from '../deps';
import type { Endpoints } from '../endpoint';

/** A report carries a job's result by address, never its bytes. */
const LIMIT_BYTES = 1024 * 1024;
const parse = express.raw({ limit: LIMIT_BYTES, type: () => true });

/**
 * Where a provider reports the end of an operation. A report is a hint that ends a wait early and answers a submit of unknown
 * fate; polling goes on without it. Whoever sends one that is not signed by the provider learns nothing and changes nothing.
 */
export function webhookRoutes(router: Router, deps: ApiDeps, endpoints: Endpoints): void {
  router.post(
    '/v1/webhooks/:family/:operation_key',
    endpoints.open(async (request, response) => {
      const family = String(request.params['family']);
      const operation_key = String(request.params['operation_key']);
      const body = await readRaw(request, response);
      const report = await deps.receive(family, { operation_key, headers: headersOf(request), body, now: deps.now() });
      if (!report) throw new ProblemError('token_invalid', { detail: 'The report is not signed by the provider, or too old.' });
      const found = await inTransaction(deps.pool, (db) =>
        takeReport(db, { family, event_id: report.event_id, wire_key: report.operation_key, job: report.job, now: deps.now() }),
      );
      for (const { job_id } of found) void deps.launcher.unpark(job_id);
      response.status(204).end();
    }),
  );
}

/** The bytes as they came: the signature is over them. */
async function readRaw(request: Request, response: Response): Promise<Uint8Array> {
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: unknown) => (error ? reject(new ProblemError('body_too_large')) : resolve()));
  });
  const body: unknown = request.body;
  return body instanceof Uint8Array ? body : new Uint8Array();
}

function headersOf(request: Request): Record<string, string> {
  const entries = Object.entries(request.headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as const]));
  return Object.fromEntries(entries);
}
