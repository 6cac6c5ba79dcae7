-- Paid operations: what is sent to a provider, what became of it and what it cost. No work of a paid provider came before
-- this migration, so the table is made anew.
drop table intents;
create table intents (
  operation_key text primary key,
  -- the key that goes over the wire; a resumed job that adopts an operation keeps the first one's
  wire_key text not null,
  job_id text not null references jobs,
  tenant text not null,
  stage text not null,
  scene integer,
  generation integer not null,
  -- tells several operations of one stage apart
  part text not null default '',
  -- a repeat that was decided on, not a retry of the same request
  try integer not null default 1,
  capability text not null,
  family text not null,
  -- the same work in another job has the same key
  execution_key text not null,
  request jsonb not null,
  status text not null,
  provider_job jsonb,
  -- the provider's own report that came before anybody knew the job
  reported jsonb,
  outcome jsonb,
  fault jsonb,
  cancel_result text,
  reserved_micro_usd bigint not null default 0,
  settled_micro_usd bigint,
  -- false where the settled amount is what it may have cost: corrected when the provider says more
  cost_known boolean not null default true,
  created_at timestamptz not null,
  sent_at timestamptz,
  settled_at timestamptz
);
create index intents_by_item on intents (job_id, stage, scene, generation);
create index intents_by_wire_key on intents (wire_key);
create index intents_by_execution on intents (execution_key);
create index intents_open on intents (tenant, created_at) where status in ('ready', 'sending', 'submitted', 'unknown');

-- Jobs under way at a provider, over all workers: a lease each, renewed while somebody waits for it.
create table provider_slots (
  family text not null,
  operation_key text not null,
  tenant text not null,
  lease_until timestamptz not null,
  primary key (family, operation_key)
);
-- Who waits for a slot, so that a tenant with few jobs comes before one with many.
create table provider_waiters (
  family text not null,
  operation_key text not null,
  tenant text not null,
  until timestamptz not null,
  primary key (family, operation_key)
);
-- A bucket of requests for each family.
create table provider_rates (
  family text primary key,
  tokens double precision not null,
  refilled_at timestamptz not null
);

-- A provider's reports, each taken once.
create table provider_reports (
  family text not null,
  event_id text not null,
  wire_key text not null,
  received_at timestamptz not null,
  primary key (family, event_id)
);

-- Attempts that only waited (for a slot, a budget, an operator) are not attempts at the work.
alter table steps add column waits integer not null default 0;
-- What a parked item wants to reserve; null where it waits for an operator.
alter table steps add column needed_micro_usd bigint;
create index steps_parked on steps (position) where status = 'pending' and waits > 0;
-- Families that could not, why, and what they cost: [{ family, next, code, cost_micro_usd }]
alter table steps add column failover jsonb not null default '[]';
-- The stage whose submit is unknown; null at a reviewer's gate.
alter table gates add column stage text;
