-- checks of the sources in the last hour
create table source_check (
  source_id uuid not null,
  checked_at timestamptz not null,
  ok boolean not null,
  latency_millis double precision,
  server_version text,
  failure_code text,
  failure_message text,
  primary key (source_id, checked_at)
);
