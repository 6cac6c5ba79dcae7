-- How often a waiting workflow was told of a decision by the sweep, and from when on it is told again: a workflow takes 10,000
-- signals in its life, and one whose workers are away settles nothing for a long time.
alter table decisions
  add column signals integer not null default 0,
  add column signal_after timestamptz;
