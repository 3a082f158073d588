-- The latest passed and the latest failed drill of each source.
create table watched_drill (
    source         text        not null,
    passed         boolean     not null,
    id             uuid        not null,
    restore_millis bigint      not null,
    completed_at   timestamptz not null,
    primary key (source, passed)
);
