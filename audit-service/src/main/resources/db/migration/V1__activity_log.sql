-- One line for every record of every audited topic. Names are unqualified: the role's search_path decides.

create table activity_log (
    -- the order in which lines were recorded; pages of the API go by it
    position     bigint      generated always as identity,
    id           uuid        primary key,
    action       text        not null,
    entity_type  text        not null,
    entity_id    text,
    source       text,
    operator     text,
    status       text        not null check (status in ('success', 'failure', 'rejected', 'info')),
    duration_ms  bigint,
    details      jsonb       not null,
    created_at   timestamptz not null,
    event_type   text,
    event_source text,
    event_id     text,
    topic        text        not null,
    "partition"  integer     not null,
    "offset"     bigint      not null,
    recorded_at  timestamptz not null default clock_timestamp(),
    repeated     boolean     not null,
    constraint activity_log_place unique (topic, "partition", "offset")
);

create unique index activity_log_first on activity_log (event_source, event_id) where not repeated;
create index activity_log_position on activity_log (position);
create index activity_log_source on activity_log (source, position);
create index activity_log_action on activity_log (action, position);
create index activity_log_created_at on activity_log (created_at);

create function activity_log_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'activity_log is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger activity_log_append_only before update or delete or truncate on activity_log
    for each statement execute function activity_log_is_append_only();

revoke update, delete, truncate on activity_log from current_user;
