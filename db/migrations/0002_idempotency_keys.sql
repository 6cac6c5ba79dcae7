-- One key space per tenant over jobs, retries and decisions: the primary key decides a race between them. It replaces the
-- constraint on jobs, so that accepting a job still maintains one index for its key.
create table idempotency_keys (
  tenant text not null,
  key text not null,
  fingerprint text not null,
  -- either may be null; a decision on an ended job names both
  job_id text,
  decision_id text,
  primary key (tenant, key)
);
insert into idempotency_keys (tenant, key, fingerprint, job_id)
  select tenant, idempotency_key, fingerprint, job_id from jobs;
insert into idempotency_keys (tenant, key, fingerprint, decision_id)
  select tenant, idempotency_key, fingerprint, decision_id from decisions where idempotency_key is not null
  on conflict do nothing;
alter table jobs drop constraint jobs_tenant_idempotency_key_key;

-- Cancellations that Temporal may not have heard of, decisions that a workflow may not have heard of.
create index jobs_cancelling on jobs (created_at) where status = 'cancelling';
create index decisions_recorded on decisions (created_at) where fate = 'recorded';
