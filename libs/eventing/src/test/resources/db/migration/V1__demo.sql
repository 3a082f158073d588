create table demo (
    id         uuid primary key,
    name       text   not null,
    effects    int    not null,
    version    bigint not null,
    created_at timestamptz not null default clock_timestamp()
);
