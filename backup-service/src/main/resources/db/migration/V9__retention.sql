-- restores, verifications and exports that read a backup; a row that its reader left behind counts until expires_at
create table backup_reader (
  kind text not null,
  id uuid not null,
  backup_id uuid not null,
  started_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (kind, id)
);
create index backup_reader_by_backup on backup_reader (backup_id);

-- the digest of each source's accepted retention policy, and of a changed one that waits for acceptance
create table retention_policy (
  source_id uuid primary key,
  accepted text,
  accepted_at timestamptz,
  accepted_by text,
  waiting text,
  waiting_since timestamptz,
  -- the proven backups that the waiting policy would delete
  waiting_backups uuid[] not null default '{}'
);

create table retention_run (
  id uuid primary key,
  source_id uuid not null,
  source_name text not null,
  requested_by text not null,
  started_at timestamptz not null,
  completed_at timestamptz not null,
  kept int not null,
  deleted int not null,
  failed int not null,
  bytes bigint not null,
  backups uuid[] not null,
  failures text[] not null,
  suspended text
);
create index retention_run_by_source on retention_run (source_id, completed_at desc);
