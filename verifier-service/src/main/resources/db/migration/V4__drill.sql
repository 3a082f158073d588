-- fire_at: the slot of schedule.drills; null: on request. One row for each fire time, whatever the number of replicas
create table drill (
  id uuid primary key,
  version int not null,
  sequence bigint not null,
  source_name text not null,
  source_id uuid,
  kind text not null,
  fire_at timestamptz,
  asked_backup uuid,
  backup_id uuid,
  state text not null,
  requested_by text not null,
  correlation_id text,
  requested_at timestamptz not null,
  started_at timestamptz,
  retry_at timestamptz,
  ended_at timestamptz,
  restore_millis bigint not null default 0,
  bytes bigint not null default 0,
  checks_failed int not null default 0,
  report text,
  verdicts text not null default '[]',
  signed_by text,
  signed_at timestamptz,
  signed_note text,
  failure_code text,
  failure_message text,
  failure_object text,
  unique (source_name, kind, fire_at)
);

create index drill_by_source on drill (source_name, id desc);

-- since when a schedule is in the configuration, and up to when its slots are decided
create table drill_schedule (
  source_name text not null,
  schedule text not null,
  since timestamptz not null,
  decided_until timestamptz not null,
  primary key (source_name, schedule)
);
