-- what the archiver of a source's WAL last found; the archive itself is in the vault
create table wal_archive (
    source_id     uuid        primary key,
    source_name   text        not null,
    slot          text        not null,
    system_id     text,
    shipped_lsn   text,
    shipped_at    timestamptz,
    spool_bytes   bigint      not null default 0,
    slot_lag      bigint,
    window_from   timestamptz,
    window_to     timestamptz,
    holes         int         not null default 0,
    failure_code  text,
    failure       text,
    base_tried_at timestamptz,
    base_failure  text,
    seen_at       timestamptz not null default clock_timestamp()
);
