import type { Db } from './pool';

export interface TurnRequest {
  family: string;
  operation_key: string;
  tenant: string;
  max_in_flight: number;
  requests_per_minute: number;
  /** How long the slot stays taken when nobody renews it. */
  lease_ms: number;
  /** How long a place in the queue is kept when nobody asks again. */
  wait_ms: number;
  now: Date;
}

/** `full`: every slot is taken, or a tenant with fewer jobs under way is next. `rate`: too many requests this minute. */
export type Turn = 'taken' | 'full' | 'rate';

/**
 * Takes one of the places that an account has for jobs under way, and one request of its rate, over all workers. Must run in
 * a transaction: the family is locked until its end. Free places go first to the tenant that has the fewest.
 */
export async function takeTurn(db: Db, turn: TurnRequest): Promise<Turn> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended('provider ' || $1, 0))`, [turn.family]);
  await db.query('delete from provider_slots where family = $1 and lease_until < $2', [turn.family, turn.now]);
  await db.query('delete from provider_waiters where family = $1 and until < $2', [turn.family, turn.now]);
  if (!(await hasRoom(db, turn))) {
    await queueUp(db, turn);
    return 'full';
  }
  if (!(await takeToken(db, turn))) {
    await queueUp(db, turn);
    return 'rate';
  }
  await db.query('delete from provider_waiters where family = $1 and operation_key = $2', [turn.family, turn.operation_key]);
  await db.query(
    `insert into provider_slots (family, operation_key, tenant, lease_until) values ($1, $2, $3, $4)
     on conflict (family, operation_key) do update set lease_until = excluded.lease_until`,
    [turn.family, turn.operation_key, turn.tenant, new Date(turn.now.getTime() + turn.lease_ms)],
  );
  return 'taken';
}

/** A free place that no tenant with fewer jobs under way waits for. */
async function hasRoom(db: Db, turn: TurnRequest): Promise<boolean> {
  const { rows } = await db.query<{ taken: number; mine: number; least_of_others: number | null }>(
    `with held as (select tenant, count(*)::integer as slots from provider_slots where family = $1 and operation_key <> $2 group by tenant)
     select coalesce((select sum(slots) from held), 0)::integer as taken,
            coalesce((select slots from held where tenant = $3), 0) as mine,
            (select min(coalesce(held.slots, 0)) from (select distinct tenant from provider_waiters where family = $1 and tenant <> $3) waiting
               left join held using (tenant)) as least_of_others`,
    [turn.family, turn.operation_key, turn.tenant],
  );
  const found = rows[0];
  if (!found || found.taken >= turn.max_in_flight) return false;
  return found.least_of_others === null || found.mine <= found.least_of_others;
}

async function queueUp(db: Db, turn: TurnRequest): Promise<void> {
  await db.query(
    `insert into provider_waiters (family, operation_key, tenant, until) values ($1, $2, $3, $4)
     on conflict (family, operation_key) do update set until = excluded.until`,
    [turn.family, turn.operation_key, turn.tenant, new Date(turn.now.getTime() + turn.wait_ms)],
  );
}

/** A bucket that refills evenly and holds at most a tenth of a minute's requests, so that a quiet hour is no licence for a burst. */
async function takeToken(db: Db, turn: TurnRequest): Promise<boolean> {
  const most = Math.max(1, turn.requests_per_minute / 10);
  const { rows } = await db.query(
    `insert into provider_rates as rate (family, tokens, refilled_at) values ($1, $2::double precision - 1, $4)
     on conflict (family) do update set refilled_at = greatest(rate.refilled_at, $4),
       tokens = least($2, rate.tokens + greatest(0, extract(epoch from $4 - rate.refilled_at)) * $3 / 60) - 1
       where least($2, rate.tokens + greatest(0, extract(epoch from $4 - rate.refilled_at)) * $3 / 60) >= 1
     returning family`,
    [turn.family, most, turn.requests_per_minute, turn.now],
  );
  return rows.length > 0;
}

/**
 * Keeps the slot of a job that somebody waits for; takes it back where it was lost in a crash. An operation that has ended
 * meanwhile gets none: the lock on it makes the two take turns.
 */
export async function renewSlot(db: Db, slot: Pick<TurnRequest, 'family' | 'operation_key' | 'tenant' | 'lease_ms' | 'now'>): Promise<void> {
  await db.query(
    `insert into provider_slots (family, operation_key, tenant, lease_until)
     select $1, $2, $3, $4 from intents where operation_key = $2 and status in ('sending', 'submitted') for share
     on conflict (family, operation_key) do update set lease_until = excluded.lease_until`,
    [slot.family, slot.operation_key, slot.tenant, new Date(slot.now.getTime() + slot.lease_ms)],
  );
}

export async function freeSlot(db: Db, family: string, operationKey: string): Promise<void> {
  await db.query('delete from provider_slots where family = $1 and operation_key = $2', [family, operationKey]);
}

/** Removes leases and places in the queue whose holder is gone, of one tenant or (null) of all; with `dry_run` only counts them. */
export async function expireSlots(db: Db, { now, tenant, dry_run }: { now: Date; tenant: string | null; dry_run: boolean }): Promise<number> {
  const gone = [now, tenant];
  if (dry_run) {
    const { rows } = await db.query<{ count: number }>(
      'select count(*)::integer as count from provider_slots where lease_until < $1 and ($2::text is null or tenant = $2)',
      gone,
    );
    return rows[0]?.count ?? 0;
  }
  const { rowCount } = await db.query('delete from provider_slots where lease_until < $1 and ($2::text is null or tenant = $2)', gone);
  await db.query('delete from provider_waiters where until < $1 and ($2::text is null or tenant = $2)', gone);
  return rowCount ?? 0;
}
