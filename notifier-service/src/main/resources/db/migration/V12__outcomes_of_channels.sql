-- A message that need not be sent is no evidence that its channel works.
alter table delivery drop constraint delivery_state_check;
alter table delivery add constraint delivery_state_check
    check (state in ('PENDING', 'DELIVERED', 'FAILED', 'SKIPPED'));

-- the last outcome of each channel
create index delivery_outcome on delivery (channel, coalesce(failed_at, delivered_at) desc nulls last)
    where state in ('DELIVERED', 'FAILED');

-- the last test of each channel that passed
create table channel_test (
    channel   text        primary key,
    passed_at timestamptz not null
);
