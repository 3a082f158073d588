-- the last state of each source's WAL archiver; the archive itself is in the vault
create table wal_archive (
    source_id     uuid        primary key,
    source_name   text        not null,
    slot          text        not null,
    system_id     text,
    since         timestamptz not null default clock_timestamp(),
    shipped_lsn   text,
    shipped_at    timestamptz,
    spool_bytes   bigint      not null default 0,
    failure       text,
    slot_lag      bigint      not null default 0,
    -- bytes of WAL until the server invalidates the slot; null without max_slot_wal_keep_size
    slot_safe     bigint,
    keep_limited  boolean     not null default true,
    window_from   timestamptz,
    window_to     timestamptz,
    holes         int         not null default 0,
    -- false after a hole, until the next base backup
    current       boolean     not null default true,
    gap_at        timestamptz,
    base_failure  text
);
