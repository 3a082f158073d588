-- What the notifier heard of backups, restores and reported alerts. Rules are evaluated on these rows, so that a restart
-- loses no count. Names are unqualified: the role's search_path decides.

create table watched_source (
    name             text        primary key,
    -- since when its schedule is watched; slots before are not expected
    known_since      timestamptz not null,
    paused_from      timestamptz,
    paused_until     timestamptz
);

create table watched_backup (
    id              uuid        primary key,
    source          text        not null,
    kind            text,
    started_at      timestamptz,
    snapshot_at     timestamptz,
    ended_at        timestamptz,
    outcome         text        not null default 'RUNNING'
                    check (outcome in ('RUNNING', 'STORED', 'FAILED', 'CANCELLED', 'DELETED')),
    duration_millis bigint,
    bytes           bigint,
    stored_bytes    bigint,
    failure         text,
    failure_message text,
    -- the latest verdict about it
    proof           text        check (proof in ('PROVEN', 'INTACT', 'FAILED', 'INCONCLUSIVE')),
    proof_at        timestamptz,
    proof_failure   text,
    proof_message   text,
    recorded_at     timestamptz not null
);
create index watched_backup_source on watched_backup (source, ended_at desc);
create index watched_backup_running on watched_backup (source) where outcome = 'RUNNING';

create table watched_restore (
    id             uuid        primary key,
    source         text        not null,
    started_at     timestamptz,
    awaiting_since timestamptz,
    expires_at     timestamptz,
    ended_at       timestamptz,
    outcome        text        check (outcome in ('COMPLETED', 'FAILED', 'ROLLED_BACK', 'CANCELLED')),
    failure        text,
    failure_message text,
    -- the state of the live database after a failure
    live           text,
    place          text,
    recorded_at    timestamptz not null
);
create index watched_restore_recorded on watched_restore (recorded_at);

-- alerts that other services raise
create table reported_alert (
    id          text        primary key,
    name        text        not null,
    severity    text        not null,
    source      text,
    summary     text        not null,
    cause       text,
    raised_at   timestamptz not null,
    resolved_at timestamptz
);

create table dead_letter (
    topic      text        primary key,
    letters    bigint      not null,
    first_at   timestamptz not null,
    last_at    timestamptz not null,
    reason     text        not null
);

alter table delivery
    add column failed_at timestamptz,
    -- why an alert's message was sent
    add column reason text;
create index delivery_created on delivery (created_at);
