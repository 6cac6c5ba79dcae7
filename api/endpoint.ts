import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { StoreAway } from '../adapters/storage/asset-store';
import { traceOf } from '../contracts/error-trace';
import { ProblemError } from '../contracts/errors';
import type { Role } from '../contracts/vocabulary';
import { BytesGone } from '../db/assets';
import { isDatabaseAway } from '../db/faults';
import type { ApiDeps } from './deps';
import type { RateLimit } from './rate-limit';
import type { Principal } from './tokens';

/** One request by somebody who may make it. */
export interface Call {
  principal: Principal;
  request: Request;
  response: Response;
}

export type Answer = (call: Call) => Promise<void>;

/** Builds request handlers that authenticate, check the role, turn every error into a problem and log one line. */
export class Endpoints {
  constructor(
    private readonly deps: ApiDeps,
    private readonly limit: RateLimit,
  ) {}

  /** For the holders of a token with one of these roles. */
  guarded(roles: readonly Role[], answer: Answer): RequestHandler {
    return (request, response) =>
      this.run(request, response, async () => {
        const principal = this.authenticate(request);
        if (!roles.includes(principal.role)) throw roleForbidden(principal.role);
        await answer({ principal, request, response });
      });
  }

  /** For everybody. */
  open(answer: (request: Request, response: Response) => Promise<void> | void): RequestHandler {
    return (request, response) => this.run(request, response, async () => answer(request, response));
  }

  private async run(request: Request, response: Response, work: () => Promise<void>): Promise<void> {
    const started = performance.now();
    const requestId = randomUUID();
    response.setHeader('x-request-id', requestId);
    response.once('close', () => this.log(request, response, { requestId, started }));
    try {
      await work();
    } catch (error) {
      this.answerError(error, request, response, requestId);
    }
  }

  private authenticate(request: Request): Principal {
    const match = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '');
    const challenge = { 'www-authenticate': 'Bearer' };
    if (!match?.[1]) throw new ProblemError('token_missing', {}, challenge);
    const principal = this.deps.tokens.find(match[1]);
    if (!principal) throw new ProblemError('token_invalid', {}, challenge);
    const wait = this.limit.take(principal.tenant, this.deps.now());
    if (wait > 0) throw new ProblemError('too_many_requests', {}, { 'retry-after': String(wait) });
    return principal;
  }

  private answerError(error: unknown, request: Request, response: Response, requestId: string): void {
    const known = toProblem(error);
    if (known.code === 'internal_error') this.deps.log.error({ request_id: requestId, ...traceOf(error) }, 'request failed');
    if (response.headersSent) return void response.destroy();
    sendProblem(request, response, known);
  }

  /** Nothing of the body, the query or the headers: they may hold scripts, tokens and signed links. */
  private log(request: Request, response: Response, call: { requestId: string; started: number }): void {
    const ms = Math.round(performance.now() - call.started);
    // Wire parsing: the router's own record of the matched pattern.
    const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
    this.deps.log.info({ request_id: call.requestId, method: request.method, route, status: response.statusCode, ms });
  }
}

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (isDatabaseAway(error) || error instanceof StoreAway || error instanceof BytesGone) return new ProblemError('temporarily_unavailable', {}, { 'retry-after': '2' });
  return new ProblemError('internal_error');
}

/** RFC 9457, with the path that was asked for as `instance`. */
export function sendProblem(request: Request, response: Response, error: ProblemError): void {
  const body = { ...error.problem, instance: request.path };
  response
    .status(body.status)
    .set({ ...error.headers, 'content-type': 'application/problem+json' })
    .send(JSON.stringify(body));
}

export function roleForbidden(role: Role): ProblemError {
  return new ProblemError('role_forbidden', { detail: `The role ${role} may not make this request.` });
}
