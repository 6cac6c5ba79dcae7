-- Events are stored by several processes, whose clocks differ by milliseconds: the time of an event never runs back against
-- its sequence.
create function keep_event_time() returns trigger language plpgsql as $$
declare
  before timestamptz;
begin
  select timestamp into before from events where job_id = new.job_id and sequence < new.sequence order by sequence desc limit 1;
  new.timestamp := greatest(new.timestamp, before);
  return new;
end
$$;
create trigger events_in_time before insert on events for each row when (new.sequence > 1) execute function keep_event_time();
