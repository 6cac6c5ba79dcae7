-- When what an operation had left of a person at its provider was deleted there, after the person's consent had ended.
alter table intents add column forgotten_at timestamptz;
