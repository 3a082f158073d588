-- when the source left the configuration; null while it is configured
alter table source add column retired_at timestamptz;

-- the configuration that this service told of last, so that each change is told of once by all replicas together
create table configuration (
  singleton boolean primary key check (singleton),
  sequence bigint not null,
  digest text not null,
  -- digests of values by the path of their key
  keys jsonb not null,
  -- digest of the refused file, or "unreadable"; null if none is refused
  refused text
);
