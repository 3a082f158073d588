-- digests of the files that were in effect before, oldest first: such a file is older than the one in effect
alter table configuration add column former text[] not null default '{}';

-- space in the folders of temporary files, of each replica; checked_at is the database's time
create table disk_space (
  host text not null,
  folder text not null,
  free_bytes bigint not null,
  size_bytes bigint not null,
  checked_at timestamptz not null,
  primary key (host, folder)
);

-- what the last sweep of each source left in the vault: objects as listed; null before the first sweep of this version
alter table sweep add column vault_objects bigint;
alter table sweep add column vault_bytes bigint;
