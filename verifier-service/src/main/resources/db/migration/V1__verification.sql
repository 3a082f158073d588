create table verification (
  id uuid primary key,
  version int not null,
  sequence bigint not null,
  backup_id uuid not null,
  source_id uuid not null,
  source_name text not null,
  level text not null,
  state text not null,
  correlation_id text,
  requested_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  tables int not null default 0,
  rows bigint not null default 0,
  bytes bigint not null default 0,
  restore_millis bigint not null default 0,
  failure_code text,
  failure_message text,
  failure_object text
);

create index verification_by_backup on verification (backup_id, id desc);
