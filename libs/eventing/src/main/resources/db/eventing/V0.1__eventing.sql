-- Versions 0.x belong to libs/eventing, 1 and above to the service; one history per service schema, out of order allowed,
-- so that a later 0.x may follow a service's own migrations. Names are unqualified: the role's search_path decides.

create table inbox (
    consumer    text        not null,
    source      text        not null,
    id          text        not null,
    body_hash   text        not null,
    -- what an accepted request started
    subject     text,
    -- why a request was refused
    rejection   text,
    received_at timestamptz not null default clock_timestamp(),
    primary key (consumer, source, id)
);
create index inbox_received_at on inbox (received_at);

create table inbox_sequence (
    consumer text   not null,
    source   text   not null,
    subject  text   not null,
    sequence bigint not null,
    seen_at  timestamptz not null default clock_timestamp(),
    primary key (consumer, source, subject)
);

create table outbox (
    position   bigint generated always as identity primary key,
    topic      text        not null,
    key        text        not null,
    headers    text        not null,
    value      text        not null,
    created_at timestamptz not null default clock_timestamp()
);

create function outbox_kick() returns trigger language plpgsql as $$
begin
    perform pg_notify('outbox_' || tg_table_schema, '');
    return null;
end $$;
create trigger outbox_kick after insert on outbox for each statement execute function outbox_kick();

create table job (
    id               uuid        primary key,
    kind             text        not null,
    subject          text        not null,
    state            text        not null default 'WAITING'
                     check (state in ('WAITING', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    epoch            bigint      not null default 0,
    attempts         int         not null default 0,
    owner            text,
    lease_until      timestamptz,
    run_after        timestamptz not null default clock_timestamp(),
    cancel_requested boolean     not null default false,
    failure          text,
    created_at       timestamptz not null default clock_timestamp(),
    ended_at         timestamptz,
    check ((state = 'RUNNING') = (lease_until is not null))
);
create index job_open on job (kind, run_after) where state in ('WAITING', 'RUNNING');
create index job_subject on job (subject) where state in ('WAITING', 'RUNNING');

create function job_kick() returns trigger language plpgsql as $$
begin
    perform pg_notify('job_' || tg_table_schema, new.kind);
    return null;
end $$;
create trigger job_added after insert on job for each row execute function job_kick();
create trigger job_changed after update on job for each row
    when ((new.state = 'WAITING' and old.state <> 'WAITING') or (new.cancel_requested and not old.cancel_requested))
    execute function job_kick();
