-- the sealed manifest of the drilled backup: evidence contains it, also when the vault no longer has the backup
create table drill_manifest (
  drill_id uuid primary key references drill (id),
  content bytea not null
);

-- seconds that the copy is kept after the drill; null: it is dropped at the end of the drill
alter table drill add column keep_seconds bigint;
-- the kept copy: its database, its server, its end, the instant of its login, and the instant of its drop
alter table drill add column copy_database text;
alter table drill add column copy_server text;
alter table drill add column copy_until timestamptz;
alter table drill add column login_at timestamptz;
alter table drill add column copy_dropped_at timestamptz;

create index drill_kept on drill (copy_until) where copy_until is not null and copy_dropped_at is null;

-- the latest pause of each source: no slot within it starts a drill
create table source_pause (
  source_name text primary key,
  paused_from timestamptz not null,
  paused_until timestamptz not null,
  recorded_at timestamptz not null
);

-- open alerts of overdue signatures and of restore times that will miss the objective
create table drill_alert (
  id text primary key,
  raised_at timestamptz not null
);
