-- a backup may be of a source that is in the vault and was never configured here
alter table backup drop constraint backup_source_id_fkey;

alter table backup
  add column unproven_at timestamptz,
  -- the number of the event that told of the present state; holds are told of between states
  add column told bigint not null default 0,
  add column held_by text,
  add column held_at timestamptz,
  add column held_reason text,
  add column deleted_by text,
  add column deleted_at timestamptz;

update backup set told = sequence, unproven_at = case when state = 'UNPROVEN' then verified_at end;

-- what the last sweep of each source did
create table sweep (
  source_id uuid primary key,
  swept_at timestamptz not null,
  chunks int not null,
  stored_bytes bigint not null,
  obstacles text[] not null
);
