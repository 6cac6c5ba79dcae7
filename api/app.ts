import express, { type Express, type Request, type Response } from 'express';
import { ProblemError } from '../contracts/errors';
import type { ApiDeps } from './deps';
import { Endpoints, sendProblem } from './endpoint';
import { methodsAt } from './operations';
import { RateLimit } from './rate-limit';
import { assetRoutes } from './routes/assets';
import { avatarRoutes } from './routes/avatars';
import { deliveryRoutes } from './routes/deliveries';
import { documentRoutes } from './routes/documents';
import { healthRoutes } from './routes/health';
import { jobActionRoutes } from './routes/job-actions';
import { jobViewRoutes } from './routes/job-views';
import { jobRoutes } from './routes/jobs';
import { maintenanceRoutes } from './routes/maintenance';
import { webhookRoutes } from './routes/webhooks';

/** The whole HTTP interface, without listening. */
export function createApp(deps: ApiDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  // A digest of every answer would cost more than it saves: answers change, and assets have their own tags.
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use((_request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('x-content-type-options', 'nosniff');
    next();
  });
  const endpoints = new Endpoints(deps, new RateLimit(deps.settings.rateLimitPerMinute));
  for (const addRoutes of [jobRoutes, jobActionRoutes, jobViewRoutes, assetRoutes, avatarRoutes, deliveryRoutes, maintenanceRoutes, webhookRoutes, healthRoutes, documentRoutes]) {
    addRoutes(app, deps, endpoints);
  }
  app.use(endpoints.open((request) => Promise.reject(notThere(request))));
  app.use(answerMalformed);
  return app;
}

/** Another method on a known address is 405 with what is allowed, everything else 404. */
function notThere(request: Request): ProblemError {
  const allowed = methodsAt(request.path);
  if (allowed.length === 0) return new ProblemError('not_found');
  return new ProblemError('method_not_allowed', {}, { allow: allowed.join(', ') });
}

/** What the router itself refuses before any endpoint runs: a path that is not valid percent-encoding. */
function answerMalformed(_error: unknown, request: Request, response: Response, _next: () => void): void {
  sendProblem(request, response, new ProblemError('not_found'));
}
