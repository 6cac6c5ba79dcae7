import type { Router } from 'express';
import type { ApiDeps } from '../deps';
import type { Endpoints } from '../endpoint';
import { renderMetrics } from '../metrics';

/** For whoever keeps the process running. */
export function healthRoutes(router: Router, deps: ApiDeps, endpoints: Endpoints): void {
  router.get(
    '/healthz',
    endpoints.open((_request, response) => void response.json({ status: 'ok' })),
  );

  router.get(
    '/readyz',
    endpoints.open(async (_request, response) => {
      const [postgres, temporal] = await Promise.all([answers(deps), deps.launcher.isReachable()]);
      // Without Temporal jobs are still accepted and start when it is back, so the API stays in service.
      const status = postgres ? 'ready' : 'not_ready';
      response.status(postgres ? 200 : 503).json({ status, postgres: word(postgres), temporal: word(temporal) });
    }),
  );

  router.get(
    '/metrics',
    endpoints.open(async (_request, response) => {
      response.type('text/plain; version=0.0.4').send(await renderMetrics(deps.pool));
    }),
  );
}

function answers(deps: ApiDeps): Promise<boolean> {
  return deps.pool.query('select 1').then(
    () => true,
    () => false,
  );
}

function word(isUp: boolean): 'up' | 'away' {
  return isUp ? 'up' : 'away';
}
