create table source (
  id uuid primary key,
  name text not null unique,
  engine text not null,
  environment text,
  created_at timestamptz not null
);

create table backup (
  id uuid primary key,
  version int not null,
  sequence bigint not null,
  source_id uuid not null references source (id),
  source_name text not null,
  kind text not null,
  -- as Hibernate has it: array_contains finds no operator for text[] and varchar[]
  labels varchar[] not null,
  state text not null,
  requested_by text not null,
  correlation_id text,
  environment text,
  requested_at timestamptz not null,
  started_at timestamptz,
  snapshot_at timestamptz,
  completed_at timestamptz,
  verified_at timestamptz,
  cancelled_by text,
  engine text,
  server_version text,
  tables int not null default 0,
  rows bigint not null default 0,
  bytes bigint not null default 0,
  stored_bytes bigint not null default 0,
  reused_bytes bigint not null default 0,
  partial boolean not null default false,
  findings text[] not null default '{}',
  failure_code text,
  failure_message text,
  failure_object text,
  verification_id uuid
);

create index backup_by_source on backup (source_id, id desc);
create index backup_by_correlation on backup (correlation_id) where correlation_id is not null;
create index backup_by_label on backup using gin (labels);

-- the one vault this platform writes to
create table known_vault (
  singleton boolean primary key check (singleton),
  id uuid not null
);
