create table restore (
  id uuid primary key,
  version int not null,
  sequence bigint not null,
  source_name text not null,
  source_id uuid not null,
  wanted text not null,
  database text not null,
  server text not null,
  backup_id uuid,
  state text not null,
  correlation_id text,
  requested_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  snapshot_at timestamptz,
  cancelled_by text,
  epoch bigint not null default 0,
  staging text,
  staging_oid bigint,
  tables int not null default 0,
  rows bigint not null default 0,
  bytes bigint not null default 0,
  failure_code text,
  failure_message text,
  failure_object text
);

create index restore_by_source on restore (source_name, id desc);

-- two restores into one name: one is admitted
create unique index restore_target on restore (server, database)
  where state in ('REQUESTED', 'PREFLIGHT', 'LOADING', 'CHECKING', 'HANDING_OVER');

create table restore_step (
  restore_id uuid not null references restore (id),
  position int not null,
  name text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  detail text,
  primary key (restore_id, position)
);
