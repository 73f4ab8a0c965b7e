-- Tasks that were sent before the queue's own tables were ready, or while the server was stopping.
create table kernel_tasks_early (
  position bigint generated always as identity primary key,
  name text not null,
  data jsonb not null,
  start_after timestamptz,
  singleton_key text
);
