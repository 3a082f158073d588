-- since when a schedule is in the configuration; slots before that are none of it
create table schedule_start (
  source_id uuid not null,
  schedule text not null,
  since timestamptz not null,
  primary key (source_id, schedule)
);

-- one row for each fire time of each schedule, whatever the number of replicas
create table slot (
  id uuid primary key,
  version int not null,
  source_id uuid not null,
  source_name text not null,
  schedule text not null,
  fire_at timestamptz not null,
  state text not null,
  backup_id uuid,
  attempts int not null default 0,
  reason text,
  decided_at timestamptz not null,
  unique (source_id, schedule, fire_at)
);
create index slot_by_source on slot (source_id, fire_at desc);
create index slot_by_backup on slot (backup_id) where backup_id is not null;

create table source_pause (
  source_id uuid primary key,
  source_name text not null,
  until timestamptz not null,
  reason text not null,
  paused_by text not null,
  paused_at timestamptz not null
);
