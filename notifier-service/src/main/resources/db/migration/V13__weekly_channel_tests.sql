-- the begin of the week after which each channel is tested
create table weekly_channel_test (
    channel text        primary key,
    since   timestamptz not null
);
