-- Postgres is the permanent truth about jobs, steps, events, money and assets.
-- Money is integer micro-USD. Scenes count from 1; null where a row does not belong to a scene.

create table jobs (
  job_id text primary key,
  tenant text not null,
  job_type text not null,
  contract text not null,
  idempotency_key text not null,
  -- SHA-256 of the whole validated body but the key
  fingerprint text not null,
  status text not null default 'accepted',
  mode text,
  route text not null,
  avatar_id text,
  avatar_version integer,
  parent_job_id text references jobs,
  snapshot jsonb not null,
  snapshot_sha256 text not null,
  plan jsonb not null,
  correlation jsonb not null default '{}',
  callback jsonb,
  priority integer not null default 3,
  budget_micro_usd bigint,
  estimated_micro_usd bigint not null default 0,
  spent_micro_usd bigint not null default 0,
  percent integer not null default 0,
  current_stage text,
  current_scene integer,
  scenes integer,
  result jsonb,
  error jsonb,
  last_sequence integer not null default 0,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  cancel_requested_at timestamptz,
  unique (tenant, idempotency_key)
);
create index jobs_newest on jobs (tenant, job_id desc);
create index jobs_unstarted on jobs (created_at) where started_at is null and status = 'accepted';
create index jobs_children on jobs (parent_job_id) where parent_job_id is not null;
create index jobs_avatar on jobs (avatar_id) where avatar_id is not null;

-- One row per stage, scene and generation; every remake is a new generation.
create table steps (
  job_id text not null references jobs,
  stage text not null,
  scene integer,
  generation integer not null default 1,
  -- the gate round the work was shown in
  revision integer not null default 1,
  status text not null,
  attempts integer not null default 0,
  started_at timestamptz,
  finished_at timestamptz,
  input_digest text,
  output_digest text,
  execution_key text,
  output jsonb,
  assets jsonb not null default '[]',
  cost_micro_usd bigint not null default 0,
  provider_family text,
  model text,
  reused_from jsonb,
  stale boolean not null default false,
  error jsonb,
  position bigint generated always as identity,
  unique nulls not distinct (job_id, stage, scene, generation),
  check (status not in ('completed', 'reused') or output is not null),
  check (status <> 'failed' or error is not null)
);
create index steps_execution_key on steps (execution_key) where status in ('completed', 'reused');

-- The outbox: an event is stored in the transaction of the state it reports, before any delivery.
create table events (
  event_id text primary key,
  job_id text not null references jobs,
  sequence integer not null,
  type text not null,
  timestamp timestamptz not null,
  data jsonb not null,
  -- null where the job has no callback; else pending, delivered or dead
  delivery text,
  unique (job_id, sequence)
);
create index events_undelivered on events (job_id, sequence) where delivery = 'pending';

create table assets (
  asset_id text primary key,
  tenant text not null,
  sha256 text not null,
  bytes bigint not null,
  content_type text not null,
  created_at timestamptz not null,
  erased_at timestamptz,
  unique (tenant, sha256)
);

create table avatars (
  avatar_id text primary key,
  tenant text not null,
  name text,
  created_at timestamptz not null,
  revoked_at timestamptz
);

create table avatar_versions (
  avatar_id text not null references avatars,
  version integer not null,
  created_at timestamptz not null,
  created_by_job text not null references jobs,
  -- asset graph: neutral_image, plate, mesh, character_sheet, views, palette
  identity jsonb not null,
  voice_profile jsonb,
  consent jsonb not null,
  primary key (avatar_id, version)
);
create unique index avatar_versions_by_job on avatar_versions (created_by_job);

-- One row per gate round. `scenes` are those still waiting for a decision.
create table gates (
  job_id text not null references jobs,
  gate text not null,
  revision integer not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  scenes integer[] not null default '{}',
  assets jsonb not null default '[]',
  deadline_at timestamptz,
  primary key (job_id, gate, revision)
);

create table decisions (
  decision_id text not null,
  tenant text not null,
  job_id text not null references jobs,
  idempotency_key text,
  fingerprint text,
  gate text not null,
  decision text not null,
  revision integer not null,
  scenes integer[],
  note text,
  edits jsonb,
  decided_by text not null,
  created_at timestamptz not null,
  -- recorded until the workflow has settled it: applied, stale, gate_not_open, no_effect, superseded
  fate text not null default 'recorded',
  settled_at timestamptz,
  -- a decision on an ended job becomes a new job
  resumed_job_id text references jobs,
  -- an id that came by a direct signal is only as unique as its sender made it
  primary key (job_id, decision_id),
  unique (tenant, idempotency_key)
);
create index decisions_by_job on decisions (job_id, created_at);

-- An intent is committed before the first byte of a paid submit leaves.
create table intents (
  operation_key text primary key,
  job_id text not null references jobs,
  stage text not null,
  scene integer,
  generation integer not null,
  capability text not null,
  family text not null,
  request jsonb not null,
  status text not null,
  provider_job jsonb,
  outcome jsonb,
  fault jsonb,
  reserved_micro_usd bigint not null default 0,
  settled_micro_usd bigint,
  created_at timestamptz not null,
  submitted_at timestamptz,
  settled_at timestamptz
);
create index intents_by_job on intents (job_id);
create index intents_open on intents (created_at) where status in ('intended', 'submitted', 'unknown');

create table ledger (
  entry bigint generated always as identity primary key,
  tenant text not null,
  job_id text not null references jobs,
  operation_key text,
  stage text not null,
  scene integer,
  kind text not null,
  amount_micro_usd bigint not null,
  at timestamptz not null
);
create index ledger_by_job on ledger (job_id);
create index ledger_by_day on ledger (tenant, at);

create table deliveries (
  delivery_id text primary key,
  event_id text not null references events,
  job_id text not null references jobs,
  tenant text not null,
  attempt integer not null,
  status text not null,
  url_host text not null,
  http_status integer,
  error text,
  at timestamptz not null,
  next_at timestamptz
);
create index deliveries_by_tenant on deliveries (tenant, delivery_id desc);
create index deliveries_by_event on deliveries (event_id, attempt);
