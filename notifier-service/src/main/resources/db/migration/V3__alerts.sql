create table alert (
    id               uuid        primary key,
    position         bigint      generated always as identity,
    rule             text        not null,
    -- '' for an alert of the platform
    source           text        not null,
    -- the object that tells two alerts of one rule and source apart
    object           text        not null,
    state            text        not null check (state in ('PENDING', 'FIRING', 'ACKNOWLEDGED', 'RESOLVED')),
    severity         text        not null check (severity in ('CRITICAL', 'WARNING', 'INFO')),
    -- what alerts of one cause share; messages are grouped by it
    cause            text        not null,
    summary          text        not null,
    evidence         text        not null,
    occurrences      bigint      not null,
    lost             bigint      not null,
    first_seen       timestamptz not null,
    last_seen        timestamptz not null,
    firing_since     timestamptz,
    resolved_at      timestamptz,
    flaps            int         not null,
    acknowledged_by  text,
    acknowledged_at  timestamptz,
    acknowledged_until timestamptz,
    note             text,
    -- copied from the configuration when it fires
    chain            text        not null,
    next_step        int         not null,
    escalating_since timestamptz,
    escalation       text        not null,
    -- nothing more is to be sent
    settled          boolean     not null,
    check ((state = 'RESOLVED') = (resolved_at is not null)),
    check ((state = 'ACKNOWLEDGED') = (acknowledged_by is not null))
);
create unique index alert_open on alert (rule, source, object) where state <> 'RESOLVED';
create index alert_unsettled on alert (id) where state <> 'RESOLVED' or not settled;
create index alert_position on alert (position);
create index alert_resolved on alert (resolved_at) where state = 'RESOLVED';

-- the channels of an alert, and what each was told
create table alert_route (
    alert_id   uuid        not null references alert on delete cascade,
    channel    text        not null,
    -- step of the escalation that added it; -1: the source's own channels
    step       int         not null,
    told       text        not null check (told in ('NOTHING', 'FIRING', 'RESOLVED')),
    told_at    timestamptz,
    delivery   uuid,
    -- the last decision, and why
    decision   text        not null,
    since      timestamptz not null,
    primary key (alert_id, channel)
);

-- the clocks of the messages about one cause to one channel
create table alert_group (
    cause      text        not null,
    channel    text        not null,
    first_at   timestamptz not null,
    last_sent  timestamptz,
    primary key (cause, channel)
);

create table silence (
    id         uuid        primary key,
    position   bigint      generated always as identity,
    source     text,
    rule       text,
    until      timestamptz not null,
    reason     text        not null,
    created_by text        not null,
    created_at timestamptz not null
);
create index silence_until on silence (until);

-- links that acknowledge, each once
create table acknowledgement_link (
    id         uuid        primary key,
    alerts     uuid[]      not null,
    channel    text        not null,
    expires_at timestamptz not null,
    used_at    timestamptz
);

-- one row: its lock makes one replica the owner of a round
create table alert_round (
    id       boolean     primary key default true check (id),
    -- signs the links that acknowledge
    link_key bytea,
    last_at  timestamptz
);
insert into alert_round default values;
