-- when a verification that waits for the end of an outage is tried again
alter table verification add column retry_at timestamptz;
