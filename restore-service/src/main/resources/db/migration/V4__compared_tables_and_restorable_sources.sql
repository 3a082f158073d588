-- the comparison of each restored table with the backup, as JSON
alter table restore add column compared text;

-- the outcome of the daily check of the restoring role
create table restorable_source (
  source text primary key,
  checked_at timestamptz not null,
  problems text not null
);
