-- One row for each message to each channel. Names are unqualified: the role's search_path decides.

create table delivery (
    id           uuid        primary key,
    position     bigint      generated always as identity,
    channel      text        not null,
    about_type   text        not null,
    about_source text        not null,
    about_id     text        not null,
    source       text,
    thing        text        not null,
    title        text        not null,
    notice       text        not null,
    state        text        not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'FAILED')),
    attempts     integer     not null default 0,
    last_error   text,
    created_at   timestamptz not null default clock_timestamp(),
    delivered_at timestamptz,
    version      integer     not null default 0,
    constraint delivery_event unique (about_source, about_id, channel),
    -- two events may tell of one thing, such as a verification that failed; people hear of it once
    constraint delivery_thing unique (thing, channel),
    check ((state = 'DELIVERED') = (delivered_at is not null))
);

create index delivery_position on delivery (position);
create index delivery_about on delivery (about_id);
create index delivery_alert on delivery (thing text_pattern_ops) where thing like 'alert/%';
