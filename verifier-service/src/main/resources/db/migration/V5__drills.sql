-- the sealed manifest of the drilled backup: evidence contains it, also when the vault no longer has the backup
create table drill_manifest (
  drill_id uuid primary key references drill (id),
  content bytea not null
);

-- how long the copy is to stay after the drill; null: it is dropped at its end
alter table drill add column keep_seconds bigint;
-- the copy that stays, its server, until when, when its login was given out, and when it was dropped
alter table drill add column copy_database text;
alter table drill add column copy_server text;
alter table drill add column copy_until timestamptz;
alter table drill add column login_at timestamptz;
alter table drill add column copy_dropped_at timestamptz;

create index drill_kept on drill (copy_until) where copy_until is not null and copy_dropped_at is null;

-- the latest pause of each source: a slot of a drill in it starts none
create table source_pause (
  source_name text primary key,
  paused_from timestamptz not null,
  paused_until timestamptz not null,
  recorded_at timestamptz not null
);

-- alerts of drills that are open because time passed
create table drill_alert (
  id text primary key,
  raised_at timestamptz not null
);
