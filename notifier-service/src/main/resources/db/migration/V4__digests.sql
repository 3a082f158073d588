-- the last digest of each channel
create table digest (
    channel text        primary key,
    slot_at timestamptz not null
);
