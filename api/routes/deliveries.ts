import type { Router } from 'express';
import { z } from 'zod';
import { idOf } from '../../contracts/common.schema';
import { ProblemError } from '../../contracts/errors';
import { isId } from '../../contracts/ids';
import { findCallbackEvent, listDeliveries, requestRedelivery, type DeliveryRow } from '../../db/deliveries-read';
import { inTransaction } from '../../db/pool';
import type { ApiDeps } from '../deps';
import type { Endpoints } from '../endpoint';
import { count, readQuery } from '../query';
import { OPERATORS, SUBMITTERS } from '../roles';

const LIST_QUERY = z.strictObject({
  job_id: idOf('job').optional(),
  status: z.enum(['pending', 'delivered', 'failed', 'dead']).optional(),
  limit: count(1, 100).optional(),
  cursor: idOf('delivery').optional(),
});

/** The audit of callbacks, and sending one again. */
export function deliveryRoutes(router: Router, deps: ApiDeps, endpoints: Endpoints): void {
  router.get(
    '/v1/deliveries',
    endpoints.guarded(SUBMITTERS, async ({ principal, request, response }) => {
      const query = readQuery(request, LIST_QUERY);
      const limit = query.limit ?? 50;
      const rows = await listDeliveries(deps.pool, principal.tenant, {
        job_id: query.job_id ?? null,
        status: query.status ?? null,
        before: query.cursor ?? null,
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const next_cursor = rows.length > limit ? (page.at(-1)?.delivery_id ?? null) : null;
      response.json({ deliveries: page.map(presentDelivery), next_cursor });
    }),
  );

  router.post(
    '/v1/events/:event_id/redeliver',
    endpoints.guarded(OPERATORS, async ({ principal, request, response }) => {
      const id = request.params['event_id'];
      const event = typeof id === 'string' && isId('event', id) ? await findCallbackEvent(deps.pool, principal.tenant, id) : null;
      if (!event?.callback) throw new ProblemError('event_not_found');
      const redelivery = {
        delivery_id: deps.newId('delivery'),
        event_id: event.event_id,
        job_id: event.job_id,
        tenant: principal.tenant,
        url_host: new URL(event.callback.url).host,
        now: deps.now(),
      };
      const delivery = await inTransaction(deps.pool, (db) => requestRedelivery(db, redelivery));
      void deps.launcher.poke({ job_id: event.job_id, tenant: principal.tenant }, { now: true });
      response.status(202).json(presentDelivery(delivery));
    }),
  );
}

function presentDelivery(row: DeliveryRow) {
  return { ...row, at: row.at.toISOString(), next_at: row.next_at?.toISOString() ?? null };
}
