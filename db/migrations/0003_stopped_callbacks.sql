-- Set when the receiver answered 410 Gone: nothing of this job is sent to it any more, until an operator asks for it.
alter table jobs add column callback_stopped_at timestamptz;
