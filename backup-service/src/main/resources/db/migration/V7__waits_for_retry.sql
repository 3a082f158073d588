-- when a backup that waits for the end of an outage is tried again
alter table backup add column retry_at timestamptz;
