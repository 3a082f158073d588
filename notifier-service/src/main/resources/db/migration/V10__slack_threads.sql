-- One row for each thread in Slack: of a backup, a restore or an alert, in one channel.

create table slack_thread (
    id            uuid        primary key,
    channel       text        not null,
    target        text        not null,
    thread        text        not null,
    claimed_until timestamptz,
    slack_channel text,
    ts            text,
    first_notice  text,
    shown_at      timestamptz,
    ended         boolean     not null default false,
    created_at    timestamptz not null default clock_timestamp(),
    check ((ts is null) = (slack_channel is null)),
    check ((ts is null) = (first_notice is null))
);
