import type { Router } from 'express';
import { z } from 'zod';
import { ProblemError, requestInvalid } from '../../contracts/errors';
import { SWEEPS, type Sweep } from '../../contracts/sweeps';
import type { ApiDeps } from '../deps';
import type { Endpoints } from '../endpoint';
import { count, readQuery } from '../query';
import { OPERATORS } from '../roles';

const TEN_YEARS_MS = 315_360_000_000;

const QUERY = z.strictObject({
  dry_run: z.enum(['true', 'false']).transform((value) => value === 'true').optional(),
  older_than_ms: count(0, TEN_YEARS_MS).optional(),
});

/** What runs by itself, run by hand: for the caller's own tenant, and without changing anything where only a look is wanted. */
export function maintenanceRoutes(router: Router, deps: ApiDeps, endpoints: Endpoints): void {
  router.post(
    '/v1/maintenance/:sweep',
    endpoints.guarded(OPERATORS, async ({ principal, request, response }) => {
      const sweep = requireSweep(request.params['sweep']);
      const { dry_run = false, older_than_ms } = readQuery(request, QUERY);
      if (older_than_ms !== undefined && !dry_run) throw requestInvalid([{ pointer: '/query/older_than_ms', message: 'goes with dry_run=true only' }]);
      const wanted = { dry_run, tenant: principal.tenant, ...(older_than_ms === undefined ? {} : { older_than_ms }) };
      const outcome = await deps.launcher.sweep(sweep, wanted, deps.now().toISOString());
      if (outcome.status === 'away') throw new ProblemError('temporarily_unavailable', {}, { 'retry-after': '2' });
      response.status(outcome.status === 'completed' ? 200 : 202).json({ sweep: sweep.id, dry_run, ...outcome });
    }),
  );
}

function requireSweep(name: unknown): Sweep {
  const found = SWEEPS.find((sweep) => sweep.id === name);
  if (!found) throw new ProblemError('not_found', { detail: `There is no such sweep; there are ${SWEEPS.map((sweep) => sweep.id).join(', ')}.` });
  return found;
}
