-- A job's payload and plan are written once and read as a whole: as `json` they are kept as they came, where `jsonb` would take
-- them to pieces and sort them for every job that is accepted.
alter table jobs
  alter column snapshot type json using snapshot::json,
  alter column plan type json using plan::json;
